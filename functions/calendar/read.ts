import { findVisit } from "../appointments/store.ts";
import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { findClinic } from "../members/store.ts";
import { entryOf } from "./model.ts";
import { read as route } from "./routes.ts";

export const handler = endpoint(route, async ({ params, caller, concerns }) => {
  const keyring = await openKeyring(caller.clinic);
  const [found, clinic] = await Promise.all([findVisit(keyring, params.appointmentId), findClinic(caller.clinic)]);
  if (!found) throw missing();
  const { appointment } = found.visit;
  concerns({ patient: appointment.patient, target: appointment.id });
  mustSee(caller, appointment.patient);
  return entryOf(appointment, clinic.name);
});
