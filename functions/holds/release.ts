import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { toMs } from "../kernel/instant.ts";
import { missing, Refusal } from "../kernel/problem.ts";
import { release as route } from "./routes.ts";
import { findHold, releasing } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now, concerns, commit } = ask;
  const kept = await findHold(caller.clinic, params.holdId);
  if (!kept) throw missing();
  const { hold } = kept;
  concerns({ ...(hold.patient ? { patient: hold.patient } : {}), target: hold.id });
  if (hold.patient || caller.role === "patient") await mustSee(route, ask, hold.patient ?? "");
  // What has lapsed, or was given back, is free already.
  if (hold.status !== "held" || toMs(now) > toMs(hold.expiresAt)) return;
  await commit(releasing(caller.clinic, kept, now), { answer: undefined, target: hold.id }).catch((error: unknown) => {
    if (!(error instanceof Refusal) || error.code !== "hold-expired") throw error;
  });
});
