import { recordPast } from "../appointments/model.ts";
import { booking } from "../appointments/store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { openKeyring, patientKey, patientKeyAt } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { practitionerAt } from "../practitioners/store.ts";
import { serviceAt } from "../services/store.ts";
import { record as route } from "./routes.ts";

export const handler = endpoint(route, async ({ body, caller, now, commit }) => {
  const { clinic } = caller;
  const keyring = await openKeyring(clinic);
  const [patient, keyRow, practitioner, service] = await getAll([
    patientAt(clinic, body.patient),
    patientKeyAt(clinic, body.patient),
    practitionerAt(clinic, body.practitioner),
    serviceAt(clinic, body.service),
  ]);
  const key = patientKey(keyring, body.patient, keyRow);
  if (!patient || !key || !practitioner || !service) throw missing();
  const visit = recordPast(body, { id: newId("apt"), now });
  const { appointment } = visit;
  await commit(booking(keyring, { visit, key }, caller), { answer: appointment, patient: key, target: appointment.id });
  return appointment;
});
