import { recordPast } from "../appointments/model.ts";
import { booking } from "../appointments/store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { missing } from "../kernel/problem.ts";
import { locationAt } from "../locations/store.ts";
import { mustFindKey } from "../patients/store.ts";
import { practitionerAt } from "../practitioners/store.ts";
import { serviceAt } from "../services/store.ts";
import { record as route } from "./routes.ts";

export const handler = endpoint(route, async ({ body, caller, now, commit }) => {
  const { clinic } = caller;
  const place = body.location ? [locationAt(clinic, body.location)] : [];
  const named = [practitionerAt(clinic, body.practitioner), serviceAt(clinic, body.service), ...place];
  const { keyring, key, besides } = await mustFindKey(clinic, body.patient, named);
  if (besides.includes(undefined)) throw missing();
  const visit = recordPast(body, { id: newId("apt"), now });
  const { appointment } = visit;
  await commit(booking(keyring, { visit, key }, caller), { answer: appointment, patient: key, target: appointment.id });
  return appointment;
});
