import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findPatient } from "./store.ts";

export const handler = endpoint(route, async ({ params, caller }) => {
  mustSee(caller, params.patientId);
  const found = await findPatient(await openKeyring(caller.clinic), params.patientId);
  if (!found) throw missing();
  return found.patient;
});
