import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findRecord, findVersion } from "./store.ts";

export const handler = endpoint(route, async ({ params, query, caller, concerns }) => {
  mustSee(caller, params.patientId);
  const keyring = await openKeyring(caller.clinic);
  const entry = query.version
    ? await findVersion(keyring, params, query.version, caller)
    : (await findRecord(keyring, params, caller))?.entry;
  if (!entry) throw missing();
  concerns({ patient: params.patientId, target: entry.id });
  return entry;
});
