import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { routes } from "./routes.ts";
import { findPatient } from "./store.ts";

export const handler = endpoint(routes.read, async ({ params, caller }) => {
  mustSee(caller, params.patientId);
  const found = await findPatient(await openKeyring(caller.clinic), params.patientId);
  if (!found) throw missing();
  return found.patient;
});
