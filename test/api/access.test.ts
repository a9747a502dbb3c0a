import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newUser } from "../support/members.ts";
import { dumpFamily, everPut } from "../support/tables.ts";
import { admin, desk, newPatient, newPractitioner, newService, privacy } from "../support/world.ts";

const clinic = "cln_DemoClinic000000000001";
const now = "2027-03-01T09:00:00Z";
const days = (count: number) => new Date(Date.parse(now) + count * 86_400_000).toISOString();
const hours = (count: number) => new Date(Date.parse(now) + count * 3_600_000).toISOString();
const note = { kind: "note", title: "A note", text: "Nobody else's business" };
const missing = { status: 404, body: { code: "not-found" } };

interface Doctor {
  id: string;
  as: string;
}

async function newDoctor(): Promise<Doctor> {
  const id = await newPractitioner();
  return { id, as: (await newUser({ clinic, role: "practitioner", person: id })).email };
}

const newPerson = async (patient: string) => (await newUser({ clinic, role: "patient", person: patient })).email;
const read = (as: string, patient: string, at = now) => call("GET", `/v1/patients/${patient}`, { as, at });
const record = (as: string, patient: string, at = now) => call("GET", `/v1/patients/${patient}/records`, { as, at });
const write = (as: string, patient: string, at = now) =>
  call("POST", `/v1/patients/${patient}/records`, { as, at, body: note });
const assign = (as: string, patient: string, doctor: Doctor, body: object = {}, at = now) =>
  call("PUT", `/v1/patients/${patient}/care-team/${doctor.id}`, { as, at, body });
const breakGlass = (as: string, patient: string, at = now) =>
  call("POST", `/v1/patients/${patient}/break-glass`, {
    as,
    at,
    body: { reason: "Unconscious, no relatives reached" },
  });
const book = async (patient: string, doctor: Doctor, start: string, at = now) => {
  const service = await newService([doctor.id]);
  return mustCall("POST", "/v1/appointments", { as: desk, at, body: { patient, service, start } });
};

describe("a practitioner", () => {
  let doctor: Doctor;
  let patient: string;
  beforeAll(async () => {
    [doctor, patient] = await Promise.all([newDoctor(), newPatient()]);
  });

  it("47: with no relation to a patient gets the 404 of a random id, and the refusal is in the trail", async () => {
    const nobody = "pat_0000000000000000000000";
    for (const ask of [read, record, write]) {
      const [theirs, none] = [await ask(doctor.as, patient), await ask(doctor.as, nobody)];
      expect(theirs).toMatchObject(missing);
      const { requestId: _, ...one } = theirs.body;
      const { requestId: __, ...other } = none.body;
      expect(JSON.stringify(one)).toBe(JSON.stringify(other));
    }
    const { items } = await mustCall("GET", `/v1/patients/${patient}/audit`, { as: privacy });
    const theirs = items.filter(({ person }: { person: string }) => person === doctor.id);
    const told = theirs.map(({ action, outcome, code }: Record<string, string>) => [action, outcome, code].join(" "));
    const refused = ["patient.read", "record.list", "record.write"].map((action) => `${action} refused not-found`);
    expect(told.sort()).toEqual(refused);
  });

  it("does not find such a patient by searching, nor books for them, nor lists their appointments", async () => {
    const family = `Quill${randomUUID().slice(0, 6)}`;
    const hidden = await newPatient({ name: { family, given: ["Una"] } });
    const search = async (as: string) =>
      (await mustCall("GET", `/v1/patients?name=${family}`, { as, at: now })).items.map(({ id }: { id: string }) => id);
    expect(await search(desk)).toEqual([hidden]);
    expect(await search(doctor.as)).toEqual([]);
    const service = await newService([doctor.id]);
    const body = { patient: hidden, service, start: days(1) };
    expect(await call("POST", "/v1/appointments", { as: doctor.as, at: now, body })).toMatchObject(missing);
    expect(await call("POST", "/v1/holds", { as: doctor.as, at: now, body })).toMatchObject(missing);
    expect(await call("GET", `/v1/appointments?patient=${hidden}`, { as: doctor.as, at: now })).toMatchObject(missing);
  });

  it("sees a patient from 90 days before an appointment to 90 days after it, and not when it was cancelled", async () => {
    const treated = await newPatient();
    const { id, end } = await book(treated, doctor, days(100));
    expect((await read(doctor.as, treated)).status).toBe(404);
    expect((await read(doctor.as, treated, days(10))).status).toBe(200);
    expect((await read(doctor.as, treated, days(100))).status).toBe(200);
    const last = new Date(Date.parse(end) + 90 * 86_400_000).toISOString();
    expect((await record(doctor.as, treated, last)).status).toBe(200);
    expect((await record(doctor.as, treated, new Date(Date.parse(last) + 1000).toISOString())).status).toBe(404);
    await mustCall("POST", `/v1/appointments/${id}/cancel`, { as: desk, at: now, body: {} });
    expect((await read(doctor.as, treated, days(100))).status).toBe(404);
  });

  it("no longer sees a patient whose appointment was moved to a colleague, who does", async () => {
    const [treated, colleague] = await Promise.all([newPatient(), newDoctor()]);
    const service = await newService([doctor.id, colleague.id]);
    const body = { patient: treated, service, practitioner: doctor.id, start: days(3) };
    const { id } = await mustCall("POST", "/v1/appointments", { as: desk, at: now, body });
    expect((await read(doctor.as, treated)).status).toBe(200);
    const to = { start: days(3), practitioner: colleague.id };
    await mustCall("POST", `/v1/appointments/${id}/reschedule`, { as: desk, at: now, body: to });
    expect((await read(doctor.as, treated)).status).toBe(404);
    expect((await read(colleague.as, treated)).status).toBe(200);
  });

  it("sees whom they are assigned to, until the assignment ends or is ended", async () => {
    const treated = await newPatient();
    expect((await assign(admin, treated, doctor, { until: days(2) })).status).toBe(200);
    expect((await write(doctor.as, treated)).status).toBe(201);
    expect((await read(doctor.as, treated, days(2))).status).toBe(404);
    await assign(admin, treated, doctor);
    expect((await read(doctor.as, treated, days(2))).status).toBe(200);
    await mustCall("DELETE", `/v1/patients/${treated}/care-team/${doctor.id}`, { as: admin });
    expect((await read(doctor.as, treated)).status).toBe(404);
  });

  it("brings in a colleague, with no label that they were not given, and nobody where they do not treat", async () => {
    const [treated, colleague] = await Promise.all([newPatient(), newDoctor()]);
    expect(await assign(doctor.as, treated, colleague)).toMatchObject(missing);
    await assign(admin, treated, doctor, { labels: ["mental-health"] });
    const passed = { labels: ["substance-use"] };
    expect(await assign(doctor.as, treated, colleague, passed)).toMatchObject({
      status: 403,
      body: { code: "label-not-yours" },
    });
    expect((await assign(doctor.as, treated, colleague, { labels: ["mental-health"] })).status).toBe(200);
    expect((await read(colleague.as, treated)).status).toBe(200);
  });

  it("treats whom they register", async () => {
    const body = { name: { text: "Walked In" } };
    const { id } = await mustCall("POST", "/v1/patients", { as: doctor.as, at: now, body });
    expect((await read(doctor.as, id)).status).toBe(200);
    expect((await read(doctor.as, id, days(91))).status).toBe(404);
  });
});

describe("breaking the glass", () => {
  it("47: opens one patient to one practitioner for four hours, marked in the trail, told to the officer and the patient", async () => {
    const [doctor, other, patient, stranger] = await Promise.all([
      newDoctor(),
      newDoctor(),
      newPatient(),
      newPatient(),
    ]);
    const self = await newPerson(patient);
    expect((await record(doctor.as, patient)).status).toBe(404);
    const { status, body: grant } = await breakGlass(doctor.as, patient);
    expect({ status, ...grant }).toMatchObject({
      status: 200,
      patient,
      practitioner: doctor.id,
      until: hours(4).replace(".000", ""),
    });
    expect((await read(doctor.as, patient)).status).toBe(200);
    expect((await record(doctor.as, patient, hours(3.99))).status).toBe(200);
    expect((await record(doctor.as, patient, hours(4))).status).toBe(404);
    expect((await record(doctor.as, stranger)).status).toBe(404);
    expect((await record(other.as, patient)).status).toBe(404);

    const { items } = await mustCall("GET", `/v1/patients/${patient}/audit`, { as: self });
    const marked = items.filter(({ breakGlass: mark }: { breakGlass?: string }) => mark === grant.id);
    expect(marked.map(({ action }: { action: string }) => action).sort()).toEqual([
      "break-glass.open",
      "patient.read",
      "record.list",
    ]);
    expect(items[0]).not.toHaveProperty("from");
    for (const as of [privacy, self]) {
      const seen = await mustCall("GET", `/v1/patients/${patient}/break-glass`, { as });
      expect(seen.items).toEqual([grant]);
    }
    const events = (await everPut("CLINIC_TABLE", "EVENT")).filter(({ grant: id }) => id === grant.id);
    expect(events).toMatchObject([{ type: "break-glass.opened", patient, practitioner: doctor.id }]);
    expect(JSON.stringify(await dumpFamily("RELATION"))).not.toContain("Unconscious");
  });

  it("hands out no keys: no booking, no assignment under it", async () => {
    const [doctor, patient] = await Promise.all([newDoctor(), newPatient()]);
    await breakGlass(doctor.as, patient);
    expect(await assign(doctor.as, patient, doctor)).toMatchObject(missing);
    const body = { patient, service: await newService([doctor.id]), start: days(1) };
    expect(await call("POST", "/v1/appointments", { as: doctor.as, at: now, body })).toMatchObject(missing);
  });

  it("needs a reason and a patient of the clinic, and is a practitioner's alone", async () => {
    const [doctor, patient] = await Promise.all([newDoctor(), newPatient()]);
    const path = `/v1/patients/${patient}/break-glass`;
    expect(await call("POST", path, { as: doctor.as, body: {} })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "reason" }] },
    });
    expect(await breakGlass(doctor.as, "pat_0000000000000000000000")).toMatchObject(missing);
    for (const as of [admin, desk, privacy]) expect((await breakGlass(as, patient)).status).toBe(403);
  });
});

describe("a proxy", () => {
  const consent = { by: "patient", at: now };
  const grant = (patient: string, proxy: string, body: object = {}) =>
    call("PUT", `/v1/patients/${patient}/proxies/${proxy}`, {
      as: desk,
      at: now,
      body: { relationship: "parent", consent, ...body },
    });

  it("acts for a patient from start to end: sees, books and cancels, and then no more", async () => {
    const [child, parent, doctor] = await Promise.all([newPatient(), newPatient(), newDoctor()]);
    const as = await newPerson(parent);
    expect((await read(as, child)).status).toBe(404);
    expect((await grant(child, parent, { from: days(1), until: days(5) })).status).toBe(200);
    expect((await read(as, child)).status).toBe(404);
    expect((await read(as, child, days(1))).status).toBe(200);
    expect((await record(as, child, days(1))).status).toBe(200);
    const body = { patient: child, service: await newService([doctor.id]), start: days(3) };
    const booked = await call("POST", "/v1/appointments", { as, at: days(2), body });
    expect(booked.status).toBe(201);
    const path = `/v1/appointments/${booked.body.id}/cancel`;
    expect((await call("POST", path, { as, at: days(2), body: {} })).status).toBe(200);
    expect((await read(as, child, days(5))).status).toBe(404);
    expect((await read(await newPerson(child), parent, days(2))).status).toBe(404);
  });

  it("does not see who looked at the patient's data, and ends their own office alone", async () => {
    const [child, parent, other] = await Promise.all([newPatient(), newPatient(), newPatient()]);
    const as = await newPerson(parent);
    await Promise.all([grant(child, parent), grant(child, other)]);
    expect((await call("GET", `/v1/patients/${child}/audit`, { as, at: now })).status).toBe(404);
    const end = (proxy: string) => call("DELETE", `/v1/patients/${child}/proxies/${proxy}`, { as, at: now });
    expect((await end(other)).status).toBe(404);
    expect((await end(parent)).status).toBe(204);
    expect((await read(as, child)).status).toBe(404);
    const { items } = await mustCall("GET", `/v1/patients/${child}/proxies`, { as: desk, at: now });
    expect(items.map(({ proxy }: { proxy: string }) => proxy)).toEqual([other]);
  });

  it("is not the patient themselves, nor anybody of another clinic", async () => {
    const patient = await newPatient();
    expect(await grant(patient, patient)).toMatchObject({ status: 422, body: { code: "own-proxy" } });
    expect(await grant(patient, "pat_0000000000000000000000")).toMatchObject(missing);
  });
});

describe("a clinic", () => {
  it("may widen or narrow for how long an appointment makes a care team", async () => {
    const { newClinic } = await import("../support/members.ts");
    const own = await newClinic();
    const as = own.admin;
    const { id: practitioner } = await mustCall("POST", "/v1/practitioners", { as, body: { name: { text: "Dr." } } });
    const schedule = {
      zone: "UTC",
      windows: [{ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], start: "00:00", end: "00:00" }],
    };
    await mustCall("PUT", `/v1/practitioners/${practitioner}/schedule`, {
      as,
      body: schedule,
      headers: { "if-match": '"1"' },
    });
    const doctor = (await newUser({ clinic: own.clinic, role: "practitioner", person: practitioner })).email;
    const { id: patient } = await mustCall("POST", "/v1/patients", { as, body: { name: { text: "P" } } });
    const offered = { name: "S", durationMinutes: 30, practitioners: [practitioner] };
    const { id: service } = await mustCall("POST", "/v1/services", { as, body: offered });
    await mustCall("POST", "/v1/appointments", { as, at: now, body: { patient, service, start: days(200) } });
    expect((await read(doctor, patient)).status).toBe(404);
    const policy = (version: number, careTeamDays: number) =>
      mustCall("PUT", "/v1/policy", { as, body: { careTeamDays }, headers: { "if-match": `"${version}"` } });
    await policy(0, 365);
    expect((await read(doctor, patient)).status).toBe(200);
    await policy(1, 5);
    expect((await read(doctor, patient, days(100))).status).toBe(404);
    expect((await read(doctor, patient, days(196))).status).toBe(200);
  });
});
