import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findRecord } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, concerns } = ask;
  await mustSee(route, ask, params.patientId);
  const entry = await findRecord(await openKeyring(caller.clinic), params.patientId, params.recordId);
  if (!entry) throw missing();
  concerns({ patient: params.patientId, target: entry.id });
  return entry;
});
