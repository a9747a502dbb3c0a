import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findDocument } from "./store.ts";

export const handler = endpoint(route, async ({ params, caller, now, concerns }) => {
  mustSee(caller, params.patientId);
  const seen = await findDocument(await openKeyring(caller.clinic), params, now);
  if (!seen) throw missing();
  concerns({ patient: params.patientId, target: seen.document.id });
  return seen.document;
});
