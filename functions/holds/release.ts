import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { toMs } from "../kernel/instant.ts";
import { missing, Refusal } from "../kernel/problem.ts";
import { release as route } from "./routes.ts";
import { findHold, releasing } from "./store.ts";

export const handler = endpoint(route, async ({ params, caller, now, concerns, commit }) => {
  const kept = await findHold(caller.clinic, params.holdId);
  if (!kept) throw missing();
  const { hold } = kept;
  concerns({ ...(hold.patient ? { patient: hold.patient } : {}), target: hold.id });
  mustSee(caller, hold.patient ?? "");
  // What has lapsed, or was given back, is free already.
  if (hold.status !== "held" || toMs(now) > toMs(hold.expiresAt)) return;
  await commit(releasing(caller.clinic, kept, now), { answer: undefined, target: hold.id }).catch((error: unknown) => {
    if (!(error instanceof Refusal) || error.code !== "hold-expired") throw error;
  });
});
