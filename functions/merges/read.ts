import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findWhole } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, concerns } = ask;
  const found = await findWhole(await openKeyring(caller.clinic), params.mergeId);
  if (!found) throw missing();
  const { id: target, from, into } = found.merge;
  concerns({ patient: from, target }, { patient: into, target });
  await mustSee(route, ask, into);
  return found.merge;
});
