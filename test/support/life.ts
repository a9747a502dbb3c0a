import { randomUUID } from "node:crypto";
import { call, mustCall } from "./client.ts";
import { newUser } from "./members.ts";
import { pdf, uploaded } from "./uploads.ts";
import { admin, desk, newPatient, newPractitioner, newService, okafor, privacy, treat } from "./world.ts";

const clinic = "cln_DemoClinic000000000001";
/** When they come to be. */
export const now = "2027-02-01T10:00:00Z";
/** When what was decided then is carried out. */
export const soon = "2027-02-01T10:01:01Z";

/** A patient with something of every kind, and values that nobody else has. */
export async function newLife() {
  const [word] = randomUUID().split("-");
  const values = {
    family: `Zq${word}`,
    given: `Given${word}`,
    phone: `+1 202 555 0${100 + Math.floor(Math.random() * 99)}`,
    email: `${word}@private.example`,
    mrn: `MRN-${word}`,
    street: `Street ${word}`,
    note: `Note ${word}`,
    why: `Why ${word}`,
    glass: `Unconscious ${word}`,
  };
  const body = {
    name: { family: values.family, given: [values.given] },
    birthDate: "1931-03-04",
    phones: [values.phone],
    emails: [values.email],
    mrn: values.mrn,
    address: { lines: [values.street] },
  };
  const patient = await newPatient(body);
  const practitioner = await newPractitioner();
  const service = await newService([practitioner]);
  await treat(patient);
  const mark = { system: "https://elsewhere.example", value: randomUUID() };
  const note = { kind: "note", title: "A note", text: values.note, identifier: mark };
  const booking = { patient, practitioner, service, reason: values.why };
  const write = (path: string, what: object, as = desk) => mustCall("POST", path, { as, at: now, body: what });
  const past = { ...booking, start: "2020-06-01T09:00:00Z", end: "2020-06-01T10:00:00Z", identifier: mark };
  const [appointment, record, hold, waitlist, feed, series] = [
    await write("/v1/appointments", { ...booking, start: "2027-06-01T09:00:00Z" }),
    await write(`/v1/patients/${patient}/records`, note, okafor),
    await write("/v1/holds", { patient, practitioner, service, start: "2027-06-02T09:00:00Z" }),
    await write("/v1/waitlist", {
      patient,
      service: await newService([]),
      from: "2027-07-01T00:00:00Z",
      to: "2027-07-02T00:00:00Z",
    }),
    await write("/v1/calendar-feeds", { patient }),
    await write("/v1/series", { ...booking, start: "2027-06-03T09:00:00Z", rule: "FREQ=WEEKLY;COUNT=3" }),
  ];
  await write("/v1/past-appointments", past, admin);
  await write(`/v1/patients/${patient}/break-glass`, { reason: values.glass }, "dr.lindqvist@demo.clinic");
  const consent = { as: desk, body: { given: true, wording: "2027-1" } };
  await mustCall("PUT", `/v1/patients/${patient}/consents/research`, consent);
  const proxy = await newPatient();
  const relation = { relationship: "carer", consent: { by: "patient", at: "2026-01-01T00:00:00Z" } };
  await mustCall("PUT", `/v1/patients/${patient}/proxies/${proxy}`, { as: desk, body: relation });
  const user = await newUser({ clinic, role: "patient", person: patient });
  return {
    patient,
    practitioner,
    service,
    values,
    mark,
    proxy,
    user,
    appointment,
    record,
    hold,
    waitlist,
    feed,
    series,
  };
}

/** A patient with something of every kind, some of it changed since. */
export async function newFullLife() {
  const life = await newLife();
  const { patient, practitioner, service, record } = life;
  const about = { as: okafor, at: now, headers: { "if-match": '"1"' } };
  const note = { kind: "note", title: "A note", text: `Amended ${life.values.note}`, identifier: life.mark };
  await mustCall("POST", `/v1/patients/${patient}/records/${record.id}/amend`, {
    ...about,
    body: { reason: "A slip", record: note },
  });
  const allergy = { kind: "allergy", code: { system: "http://snomed.info/sct", code: "91935009", display: "Peanut" } };
  await mustCall("POST", `/v1/patients/${patient}/records`, { as: okafor, at: now, body: allergy });
  const { path } = await uploaded(patient, pdf(life.values.note));
  const missed = { patient, practitioner, service, start: "2027-01-05T09:00:00Z" };
  const { id } = await mustCall("POST", "/v1/appointments", { as: desk, at: "2027-01-01T09:00:00Z", body: missed });
  await mustCall("PUT", `/v1/appointments/${id}/status`, {
    as: desk,
    at: "2027-01-05T11:00:00Z",
    headers: { "if-match": '"1"' },
    body: { status: "noshow" },
  });
  return { ...life, document: path.split("/").at(-1) as string, missed: id as string };
}

export type FullLife = Awaited<ReturnType<typeof newFullLife>>;

/** All that the API tells of what is a patient's but for the demographics, with the patient's id left out. */
export async function toldOf(patient: string, life: FullLife) {
  const { appointment, record, missed, document } = life;
  const told = async (path: string, as: string) => {
    const { status, body } = await call("GET", `/v1/${path}`, { as, at: soon });
    return [path, status, status === 200 ? body : undefined] as const;
  };
  const ofPatient = (as: string, ...rest: string[]) => rest.map((each) => told(`patients/${patient}/${each}`, as));
  const { attendance } = await mustCall("GET", `/v1/patients/${patient}`, { as: desk });
  const answers = await Promise.all([
    ...["appointments", "waitlist", "calendar-feeds"].map((list) => told(`${list}?patient=${patient}`, desk)),
    ...ofPatient(okafor, "records", "summary", `records/${record.id}`, `records/${record.id}/history`),
    ...ofPatient(okafor, "documents", `documents/${document}`),
    ...ofPatient(privacy, "consents", "consents/research/history", "care-team", "proxies", "break-glass"),
    ...[appointment.id, missed].map((id) => told(`appointments/${id}/history`, desk)),
  ]);
  return JSON.parse(JSON.stringify({ attendance, answers }).replaceAll(patient, "PATIENT"));
}

/** What is told of holds, entries and series by their own ids: whose they are. */
export async function whose({ hold, waitlist, series, appointment }: FullLife): Promise<string[]> {
  const paths = [
    `holds/${hold.id}`,
    `waitlist/${waitlist.id}`,
    `series/${series.id}`,
    `appointments/${appointment.id}`,
  ];
  const found = await Promise.all(paths.map((path) => mustCall("GET", `/v1/${path}`, { as: desk, at: soon })));
  return found.map(({ patient }) => patient);
}
