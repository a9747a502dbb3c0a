import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findWithReason } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, concerns } = ask;
  const found = await findWithReason(await openKeyring(caller.clinic), params.erasureId);
  if (!found) throw missing();
  concerns({ patient: found.patient, target: found.id });
  await mustSee(route, ask, found.patient);
  return found;
});
