import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findHold } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, concerns } = ask;
  const kept = await findHold(caller.clinic, params.holdId);
  if (!kept) throw missing();
  concerns({ ...(kept.hold.patient ? { patient: kept.hold.patient } : {}), target: kept.hold.id });
  if (kept.hold.patient || caller.role === "patient") await mustSee(route, ask, kept.hold.patient ?? "");
  return kept.hold;
});
