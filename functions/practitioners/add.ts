import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { withPhone } from "../kernel/phone.ts";
import { mustBeThere } from "../locations/store.ts";
import { findClinic } from "../members/store.ts";
import { emptySchedule } from "../schedules/model.ts";
import { add, locationsIn } from "./model.ts";
import { add as route } from "./routes.ts";
import { adding } from "./store.ts";

export const handler = endpoint(route, async ({ body, caller, now, commit }) => {
  const [keyring, clinic] = await Promise.all([openKeyring(caller.clinic), findClinic(caller.clinic)]);
  const practitioner = add(withPhone(body, clinic.country), { id: newId("prc"), now });
  await mustBeThere(caller.clinic, locationsIn(practitioner));
  const schedule = emptySchedule(practitioner.id, clinic.zone, now);
  await commit(adding(keyring, practitioner, schedule), { answer: practitioner, target: practitioner.id });
  return practitioner;
});
