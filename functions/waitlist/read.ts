import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findEntry } from "./store.ts";

export const handler = endpoint(route, async ({ params, caller, concerns }) => {
  const kept = await findEntry(caller.clinic, params.waitlistId);
  if (!kept) throw missing();
  concerns({ patient: kept.entry.patient, target: kept.entry.id });
  mustSee(caller, kept.entry.patient);
  return kept.entry;
});
