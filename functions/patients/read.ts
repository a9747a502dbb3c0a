import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findPatient } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller } = ask;
  await mustSee(route, ask, params.patientId);
  const found = await findPatient(await openKeyring(caller.clinic), params.patientId);
  if (!found) throw missing();
  return found.patient;
});
