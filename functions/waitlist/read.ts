import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findEntry } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, concerns } = ask;
  const kept = await findEntry(caller.clinic, params.waitlistId);
  if (!kept) throw missing();
  concerns({ patient: kept.entry.patient, target: kept.entry.id });
  await mustSee(route, ask, kept.entry.patient);
  return kept.entry;
});
