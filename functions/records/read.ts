import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findRecord, findVersion } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, query, caller, concerns } = ask;
  const viewer = await mustSee(route, ask, params.patientId);
  const keyring = await openKeyring(caller.clinic);
  const entry = query.version
    ? await findVersion(keyring, params, query.version, viewer)
    : (await findRecord(keyring, params, viewer))?.entry;
  if (!entry) throw missing();
  concerns({ patient: params.patientId, target: entry.id });
  return entry;
});
