import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newClinic, newUser } from "../support/members.ts";
import { dumpFamily } from "../support/tables.ts";
import { admin, desk, newPatient, newPractitioner, newScene, newService, privacy, stranger } from "../support/world.ts";

const clinic = "cln_DemoClinic000000000001";
const start = "2027-06-01T09:00:00Z";
const inTime = "2027-05-31T09:00:00Z";
const late = "2027-05-31T09:00:01Z";
const started = "2027-06-01T09:05:00Z";
const noticeOfADay = { policy: { cancellationNoticeMinutes: 1440 } };

async function newVisit(fields: object = noticeOfADay) {
  const scene = await newScene(undefined, fields);
  const { id } = await mustCall("POST", "/v1/appointments", {
    as: desk,
    at: "2027-05-01T12:00:00Z",
    body: { ...scene, start },
  });
  const attendance = async (as = desk) => (await mustCall("GET", `/v1/patients/${scene.patient}`, { as })).attendance;
  const cancel = (body: object = {}, asked: object = {}) =>
    call("POST", `/v1/appointments/${id}/cancel`, { as: desk, at: late, body, ...asked });
  const put = (version: number, body: object, asked: object = {}) =>
    call("PUT", `/v1/appointments/${id}/status`, {
      as: desk,
      at: late,
      headers: { "if-match": `"${version}"` },
      body,
      ...asked,
    });
  return { ...scene, id, attendance, cancel, put };
}

const counts = (lateCancellations: number, noShows: number) => ({ lateCancellations, noShows });

describe("a patient's attendance", () => {
  it("is nothing to begin with", async () => {
    expect(await (await newVisit()).attendance()).toEqual(counts(0, 0));
  });

  it("counts a cancellation with less notice than the policy wants, and none with just as much", async () => {
    const [one, two] = await Promise.all([newVisit(), newVisit()]);
    expect([(await one.cancel()).status, (await two.cancel({}, { at: inTime })).status]).toEqual([200, 200]);
    expect([await one.attendance(), await two.attendance()]).toEqual([counts(1, 0), counts(0, 0)]);
  });

  it("counts none where no notice is wanted", async () => {
    const visit = await newVisit({});
    await visit.cancel({}, { at: "2027-06-01T08:59:59Z" });
    expect(await visit.attendance()).toEqual(counts(0, 0));
  });

  it("goes by the service's notice before the clinic's", async () => {
    const own = await newClinic();
    const policy = { cancellationNoticeMinutes: 1440 };
    await mustCall("PUT", "/v1/policy", { as: own.admin, headers: { "if-match": '"0"' }, body: policy });
    const add = async (path: string, body: object) =>
      (await mustCall("POST", path, { as: own.admin, body })).id as string;
    const practitioner = await add("/v1/practitioners", { name: { text: "Dr. Own" } });
    const windows = [{ days: ["tue"], start: "08:00", end: "12:00" }];
    await mustCall("PUT", `/v1/practitioners/${practitioner}/schedule`, {
      as: own.admin,
      headers: { "if-match": '"1"' },
      body: { zone: "UTC", windows },
    });
    const patient = await add("/v1/patients", { name: { text: "Own" } });
    const seen = [];
    for (const [n, fields] of [{}, { policy: { cancellationNoticeMinutes: 60 } }].entries()) {
      const service = await add("/v1/services", {
        name: "Own",
        durationMinutes: 30,
        practitioners: [practitioner],
        ...fields,
      });
      const body = { patient, practitioner, service, start: `2027-06-01T${9 + n}:00:00Z`.replace("T9", "T09") };
      const at = "2027-05-01T12:00:00Z";
      const { id } = await mustCall("POST", "/v1/appointments", { as: own.desk, at, body });
      await mustCall("POST", `/v1/appointments/${id}/cancel`, { as: own.desk, at: late, body: {} });
      seen.push((await mustCall("GET", `/v1/patients/${patient}`, { as: own.desk })).attendance);
    }
    expect(seen).toEqual([counts(1, 0), counts(1, 0)]);
  });

  it("does not count what the clinic cancels itself, by either way", async () => {
    const [one, two] = await Promise.all([newVisit(), newVisit()]);
    expect((await one.cancel({ by: "clinic" })).status).toBe(200);
    expect((await two.put(1, { status: "cancelled", by: "clinic" })).status).toBe(200);
    expect([await one.attendance(), await two.attendance()]).toEqual([counts(0, 0), counts(0, 0)]);
  });

  it("counts a cancellation by PUT as well", async () => {
    const visit = await newVisit();
    expect((await visit.put(1, { status: "cancelled" })).status).toBe(200);
    expect(await visit.attendance()).toEqual(counts(1, 0));
  });

  it("is not the patient's to spare: saying that the clinic cancels is for staff", async () => {
    const visit = await newVisit({});
    const { email } = await newUser({ clinic, role: "patient", person: visit.patient });
    const refused = await visit.cancel({ by: "clinic" }, { as: email });
    expect(refused).toMatchObject({ status: 403, body: { code: "staff-only" } });
    expect((await visit.cancel({ by: "patient" }, { as: email })).status).toBe(200);
  });

  it("counts once, however often the cancellation is repeated", async () => {
    const visit = await newVisit();
    const headers = { "idempotency-key": randomUUID() };
    const answers = [await visit.cancel({}, { headers }), await visit.cancel({}, { headers }), await visit.cancel()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await visit.attendance()).toEqual(counts(1, 0));
  });

  it("counts once when the same cancellation comes ten times in parallel", async () => {
    const visit = await newVisit();
    const headers = { "idempotency-key": randomUUID() };
    const answers = await Promise.all(Array.from({ length: 10 }, () => visit.cancel({}, { headers })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await visit.attendance()).toEqual(counts(1, 0));
  });

  it("counts whoever did not come, once", async () => {
    const visit = await newVisit();
    const seen = [
      await visit.put(1, { status: "noshow" }, { at: started }),
      await visit.put(2, { status: "noshow" }, { at: started }),
    ];
    expect(seen.map(({ status }) => status)).toEqual([200, 200]);
    expect(await visit.attendance()).toEqual(counts(0, 1));
  });

  it("takes back what an admin corrects, once, and nothing that never counted", async () => {
    const [missed, cancelled, booked, clinics] = await Promise.all([newVisit(), newVisit(), newVisit(), newVisit()]);
    await missed.put(1, { status: "noshow" }, { at: started });
    await cancelled.cancel();
    await clinics.cancel({ by: "clinic" });
    expect([await missed.attendance(), await cancelled.attendance()]).toEqual([counts(0, 1), counts(1, 0)]);
    const correct = async (visit: typeof missed, version: number) =>
      (await visit.put(version, { status: "entered-in-error" }, { as: admin })).status;
    expect([
      await correct(missed, 2),
      await correct(missed, 3),
      await correct(cancelled, 2),
      await correct(booked, 1),
      await correct(clinics, 2),
    ]).toEqual([200, 200, 200, 200, 200]);
    for (const visit of [missed, cancelled, booked, clinics]) expect(await visit.attendance()).toEqual(counts(0, 0));
  });

  it("adds up over appointments, and leaves the patient's own version as it was", async () => {
    const patient = await newPatient();
    const practitioner = await newPractitioner();
    const service = await newService([practitioner], noticeOfADay);
    for (const time of ["09:00", "10:00", "11:00"]) {
      const body = { patient, practitioner, service, start: `2027-06-01T${time}:00Z` };
      const { id } = await mustCall("POST", "/v1/appointments", { as: desk, at: "2027-05-01T12:00:00Z", body });
      await mustCall("POST", `/v1/appointments/${id}/cancel`, { as: desk, at: "2027-06-01T08:00:00Z", body: {} });
    }
    expect(await mustCall("GET", `/v1/patients/${patient}`, { as: desk })).toMatchObject({
      version: 1,
      attendance: counts(3, 0),
    });
    const renamed = await call("PATCH", `/v1/patients/${patient}`, {
      as: desk,
      headers: { "if-match": '"1"' },
      body: { language: "en-US" },
    });
    expect(renamed.status).toBe(200);
    expect((await mustCall("GET", `/v1/patients/${patient}`, { as: desk })).attendance).toEqual(counts(3, 0));
  });

  it("is for staff and the patient to see, and for nobody to write", async () => {
    const visit = await newVisit();
    await visit.cancel();
    const { email } = await newUser({ clinic, role: "patient", person: visit.patient });
    const { email: other } = await newUser({ clinic, role: "patient", person: await newPatient() });
    const path = `/v1/patients/${visit.patient}`;
    expect(await visit.attendance(email)).toEqual(counts(1, 0));
    expect(await visit.attendance(privacy)).toBeUndefined();
    expect([
      (await call("GET", path, { as: other })).status,
      (await call("GET", path, { as: stranger })).status,
    ]).toEqual([404, 404]);
    const written = await call("PATCH", path, {
      as: admin,
      headers: { "if-match": '"1"' },
      body: { attendance: counts(0, 0) },
    });
    expect(written).toMatchObject({ status: 400, body: { errors: [{ path: "attendance" }] } });
  });

  it("is not touched by a cancellation that is refused", async () => {
    const visit = await newVisit();
    expect((await visit.cancel({}, { as: stranger })).status).toBe(404);
    expect((await visit.cancel({}, { headers: { "if-match": '"7"', "idempotency-key": randomUUID() } })).status).toBe(
      412,
    );
    const { email } = await newUser({ clinic, role: "patient", person: visit.patient });
    expect(await visit.cancel({}, { as: email })).toMatchObject({ status: 422, body: { code: "too-late-to-cancel" } });
    const rows = (await dumpFamily("PATIENT")).filter(({ pk, sk }) => pk.endsWith(visit.patient) && sk !== "PATIENT");
    expect(rows).toEqual([]);
  });

  it("counts those of a series that are cancelled late, and not the others", async () => {
    const scene = await newScene(undefined, noticeOfADay);
    const body = { ...scene, start, rule: "FREQ=WEEKLY;COUNT=3" };
    const { id } = await mustCall("POST", "/v1/series", { as: desk, at: "2027-05-01T12:00:00Z", body });
    await mustCall("POST", `/v1/series/${id}/cancel`, { as: desk, at: late, body: {} });
    const { attendance } = await mustCall("GET", `/v1/patients/${scene.patient}`, { as: desk });
    expect(attendance).toEqual(counts(1, 0));
  });
});
