import { type Assignment, assigning } from "../access/store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { toInstant, toMs } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { findClinic } from "../members/store.ts";
import { canonical } from "./canonical.ts";
import { register } from "./model.ts";
import { register as route } from "./routes.ts";
import { registering } from "./store.ts";

export const handler = endpoint(route, async ({ body, caller, now, commit }) => {
  const [keyring, clinic] = await Promise.all([openKeyring(caller.clinic), findClinic(caller.clinic)]);
  const patient = register(canonical(body, clinic.country), { id: newId("pat"), now });
  const { key, writes } = registering(keyring, patient);
  // Who registers a patient treats them: without it, a practitioner could not see whom they have just written down.
  const practitioner = caller.role === "practitioner" ? (caller.person as Assignment["practitioner"]) : undefined;
  const until = toInstant(toMs(now) + firstDays * 86_400_000);
  const team = practitioner
    ? assigning(caller.clinic, patient.id, { practitioner, until, labels: [], createdAt: now })
    : [];
  await commit([...writes, ...team], { answer: patient, patient: key });
  return patient;
});

/** For how long a practitioner who registers a patient is of their care team, in days. */
const firstDays = 90;
