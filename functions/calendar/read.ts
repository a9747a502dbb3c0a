import { mustSee } from "../access/sight-store.ts";
import { findVisit } from "../appointments/store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { findClinic } from "../members/store.ts";
import { entryOf } from "./model.ts";
import { read as route } from "./routes.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, concerns } = ask;
  const keyring = await openKeyring(caller.clinic);
  const [found, clinic] = await Promise.all([findVisit(keyring, params.appointmentId), findClinic(caller.clinic)]);
  if (!found) throw missing();
  const { appointment } = found.visit;
  concerns({ patient: appointment.patient, target: appointment.id });
  await mustSee(route, ask, appointment.patient);
  return entryOf(appointment, clinic.name);
});
