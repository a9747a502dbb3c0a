import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findVisit } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, concerns } = ask;
  const found = await findVisit(await openKeyring(caller.clinic), params.appointmentId);
  if (!found) throw missing();
  const { appointment } = found.visit;
  concerns({ patient: appointment.patient, target: appointment.id });
  await mustSee(route, ask, appointment.patient);
  return appointment;
});
