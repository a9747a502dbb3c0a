import { randomUUID } from "node:crypto";
import { mustCall } from "./client.ts";

/** The demo clinic's users; the other clinic's are the same under `@other.clinic`. */
export const admin = "admin@demo.clinic";
export const desk = "desk@demo.clinic";
export const privacy = "privacy@demo.clinic";
export const lindqvist = "dr.lindqvist@demo.clinic";
export const okafor = "dr.okafor@demo.clinic";
export const ana = "ana@demo.clinic";
export const stranger = "desk@other.clinic";

export const everyDay = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

interface Thing {
  id: string;
  version: number;
}

/** Opening hours that never close, in a zone without clock changes: for tests that are about something else. */
export const always = { zone: "UTC", windows: [{ days: everyDay, start: "00:00", end: "00:00" }] };

/** A practitioner of the demo clinic with a schedule of their own. */
export async function newPractitioner(schedule: object = always): Promise<string> {
  const { id } = await mustCall<Thing>("POST", "/v1/practitioners", {
    as: admin,
    body: { name: { text: "Dr. Test" } },
  });
  await mustCall("PUT", `/v1/practitioners/${id}/schedule`, {
    as: admin,
    headers: { "if-match": '"1"' },
    body: schedule,
  });
  return id;
}

/** A service of the demo clinic, of 30 minutes unless said otherwise. */
export async function newService(practitioners: string[], fields: object = {}): Promise<string> {
  const body = { name: "Test service", durationMinutes: 30, practitioners, ...fields };
  return (await mustCall<Thing>("POST", "/v1/services", { as: admin, body })).id;
}

/** A patient whom the desk registers; or a practitioner, who then treats them. */
export async function newPatient(fields: object = {}, as = desk): Promise<string> {
  const body = { name: { family: "Testperson", given: [randomUUID().slice(0, 8)] }, ...fields };
  return (await mustCall<Thing>("POST", "/v1/patients", { as, body })).id;
}

export function newPatients(count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, () => newPatient()));
}

/** A practitioner, a service of theirs and a patient whom Dr. Okafor treats: what a booking needs. */
export async function newScene(schedule?: object, fields?: object) {
  const [practitioner, patient] = await Promise.all([newPractitioner(schedule), newPatient({}, okafor)]);
  return { practitioner, patient, service: await newService([practitioner], fields) };
}

/** Brings a practitioner, by their user, into a patient's care team. */
export async function treat(patient: string, user = okafor, body: object = {}): Promise<void> {
  const { memberships } = await mustCall("GET", "/v1/me", { as: user });
  await mustCall("PUT", `/v1/patients/${patient}/care-team/${memberships[0].person}`, { as: admin, body });
}

/** A patient whom both of the demo clinic's practitioners treat. */
export async function newTreated(): Promise<string> {
  const patient = await newPatient({}, okafor);
  await treat(patient, lindqvist);
  return patient;
}
