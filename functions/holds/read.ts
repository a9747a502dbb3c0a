import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findHold } from "./store.ts";

export const handler = endpoint(route, async ({ params, caller, concerns }) => {
  const kept = await findHold(caller.clinic, params.holdId);
  if (!kept) throw missing();
  concerns({ ...(kept.hold.patient ? { patient: kept.hold.patient } : {}), target: kept.hold.id });
  mustSee(caller, kept.hold.patient ?? "");
  return kept.hold;
});
