import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { type Asked, call, mustCall } from "../support/client.ts";
import { newClinic, newUser } from "../support/members.ts";
import { dumpFamily, everPut, rowsUnder } from "../support/tables.ts";
import {
  admin,
  always,
  desk,
  everyDay,
  newPatient,
  newPatients,
  newPractitioner,
  newScene,
  newService,
  stranger,
} from "../support/world.ts";

const clinic = "cln_DemoClinic000000000001";
const noon = "2026-02-01T12:00:00Z";
const newYork = {
  zone: "America/New_York",
  windows: [{ days: everyDay, start: "09:00", end: "17:00" }],
};
const weekly = { start: "2026-03-02T14:00:00Z", rule: "FREQ=WEEKLY;COUNT=3" };
const daily = (count: number) => ({ start: "2026-03-02T14:00:00Z", rule: `FREQ=DAILY;COUNT=${count}` });

const series = (body: object, asked: Asked = {}) => call("POST", "/v1/series", { as: desk, at: noon, body, ...asked });
const book = (body: object, asked: Asked = {}) =>
  call("POST", "/v1/appointments", { as: desk, at: noon, body, ...asked });
const cancel = (id: string, body: object = {}, asked: Asked = {}) =>
  call("POST", `/v1/series/${id}/cancel`, { as: desk, at: noon, body, ...asked });
const read = (id: string) => mustCall("GET", `/v1/appointments/${id}`, { as: desk });

interface Occurrence {
  number: number;
  start: string;
  appointment: string;
}

async function appointmentsOf(patient: string) {
  const { items } = await mustCall("GET", `/v1/appointments?patient=${patient}&limit=100`, { as: desk });
  return items as { id: string; start: string; status: string; series?: string; practitioner: string }[];
}

/** Somebody else's appointment with the same practitioner. */
async function taken({ practitioner, service }: { practitioner: string; service: string }, start: string) {
  const { status } = await book({ practitioner, service, start, patient: await newPatient() });
  expect(status).toBe(201);
}

describe("a series", () => {
  it("weekly at 09:00 in New York stays at 09:00 when clocks change", async () => {
    const scene = await newScene(newYork);
    const { status, body, headers } = await series({ ...scene, ...weekly, timeZone: "America/New_York" });
    expect(status).toBe(201);
    const starts = ["2026-03-02T14:00:00Z", "2026-03-09T13:00:00Z", "2026-03-16T13:00:00Z"];
    expect(body).toMatchObject({ ...scene, rule: weekly.rule, timeZone: "America/New_York" });
    expect(body.occurrences).toMatchObject(
      starts.map((start, place) => ({ number: place + 1, start, outcome: "booked" })),
    );
    const booked = await appointmentsOf(scene.patient);
    expect(booked.map(({ start }) => start)).toEqual(starts);
    expect(booked.map(({ id }) => id)).toEqual(body.occurrences.map(({ appointment }: Occurrence) => appointment));
    expect(booked).toMatchObject(starts.map(() => ({ status: "booked", series: body.id })));
    expect(headers.get("location")).toBe(`/v1/series/${body.id}`);
    expect(await mustCall("GET", `/v1/series/${body.id}`, { as: desk })).toEqual(body);
  });

  it("recurs in the clinic's zone where none is given", async () => {
    const { body } = await series({ ...(await newScene()), ...weekly });
    expect(body.timeZone).toBe("America/New_York");
    expect(body.occurrences[1].start).toBe("2026-03-09T13:00:00Z");
  });

  it("whose third occurrence is taken creates nothing, and names occurrence 3 of 3 and its time", async () => {
    const scene = await newScene(newYork);
    await taken(scene, "2026-03-16T13:00:00Z");
    const { status, body } = await series({ ...scene, ...weekly, timeZone: "America/New_York" });
    expect({ status, code: body.code }).toEqual({ status: 409, code: "series-conflict" });
    expect(body.conflicts).toEqual([{ occurrence: 3, of: 3, start: "2026-03-16T13:00:00Z", code: "slot-taken" }]);
    expect(body.detail).toContain("occurrence 3 of 3 at 2026-03-16T13:00:00Z");
    expect(await appointmentsOf(scene.patient)).toEqual([]);
    const traces = [...(await dumpFamily("HOLD")), ...(await dumpFamily("SERIES")), ...(await dumpFamily("DUE"))];
    expect(JSON.stringify(traces)).not.toContain(scene.patient);
    expect((await rowsUnder("CLINIC_TABLE", `DAYBOOK#${clinic}#${scene.patient}`)).length).toBe(0);
  });

  it("names all that stands against it: time taken, hours, time off, the patient's own appointments", async () => {
    const scene = await newScene({ ...newYork, exceptions: [{ date: "2026-03-09", closed: true }] });
    const other = await newScene(newYork);
    await taken(scene, "2026-03-04T14:00:00Z");
    await book({ ...other, patient: scene.patient, start: "2026-03-05T14:00:00Z" });
    await mustCall("POST", `/v1/practitioners/${scene.practitioner}/time-off`, {
      as: admin,
      body: { start: "2026-03-06T05:00:00Z", end: "2026-03-07T05:00:00Z" },
    });
    const { status, body } = await series({ ...scene, ...daily(9), timeZone: "America/New_York" });
    expect(status).toBe(409);
    expect(
      body.conflicts.map(({ occurrence, code }: { occurrence: number; code: string }) => [occurrence, code]),
    ).toEqual([
      [3, "slot-taken"],
      [4, "slot-taken"],
      [5, "time-off"],
      [8, "outside-opening-hours"],
    ]);
  });

  it("told to skip books the rest, and says what it skipped", async () => {
    const scene = await newScene(newYork);
    await taken(scene, "2026-03-09T13:00:00Z");
    const { status, body } = await series({ ...scene, ...weekly, onConflict: "skip" });
    expect(status).toBe(201);
    expect(body.occurrences).toEqual([
      { number: 1, start: "2026-03-02T14:00:00Z", outcome: "booked", appointment: expect.stringMatching(/^apt_/) },
      { number: 2, start: "2026-03-09T13:00:00Z", outcome: "skipped", code: "slot-taken" },
      { number: 3, start: "2026-03-16T13:00:00Z", outcome: "booked", appointment: expect.stringMatching(/^apt_/) },
    ]);
    expect((await appointmentsOf(scene.patient)).map(({ start }) => start)).toEqual([
      "2026-03-02T14:00:00Z",
      "2026-03-16T13:00:00Z",
    ]);
  });

  it("of which nothing is left is refused, also when told to skip", async () => {
    const scene = await newScene(newYork);
    const off = { ...scene, start: "2026-03-02T04:00:00Z", rule: weekly.rule, onConflict: "skip" };
    const { status, body } = await series(off);
    expect([status, body.code, body.conflicts.length]).toEqual([409, "series-conflict", 3]);
  });

  it("that nothing but its time could allow is refused as a single booking is", async () => {
    const scene = await newScene(newYork);
    await mustCall("PATCH", `/v1/patients/${scene.patient}`, {
      as: desk,
      body: { active: false },
      headers: { "if-match": '"1"' },
    });
    expect(await series({ ...scene, ...weekly })).toMatchObject({ status: 422, body: { code: "patient-inactive" } });
  });

  it.each([
    ["FREQ=WEEKLY;COUNT=53", "COUNT from 1 to 52"],
    ["FREQ=SECONDLY;COUNT=3", "FREQ of DAILY, WEEKLY, MONTHLY or YEARLY"],
    [
      "FREQ=WEEKLY;BYDAY=TU;COUNT=3",
      "a rule whose first occurrence is the start, in the local time of the series' zone",
    ],
  ])("by the rule %s is 400 and says what was expected", async (rule, expected) => {
    const { status, body } = await series({ ...(await newScene()), ...weekly, rule });
    expect({ status, errors: body.errors }).toMatchObject({ status: 400, errors: [{ path: "rule", expected }] });
  });

  it("stays with one practitioner: of several, the one who can take the most of it", async () => {
    const [busy, free] = [await newPractitioner(newYork), await newPractitioner(newYork)];
    const service = await newService([busy, free]);
    await taken({ practitioner: busy, service }, "2026-03-09T13:00:00Z");
    await taken({ practitioner: free, service }, "2026-03-02T18:00:00Z");
    await taken({ practitioner: free, service }, "2026-03-02T19:00:00Z");
    const patient = await newPatient();
    const { status, body } = await series({ patient, service, ...weekly });
    expect({ status, practitioner: body.practitioner }).toEqual({ status: 201, practitioner: free });
    expect((await appointmentsOf(patient)).map(({ practitioner }) => practitioner)).toEqual([free, free, free]);
  });

  it("takes a room for each occurrence", async () => {
    const tag = randomUUID();
    const practitioner = await newPractitioner();
    const service = await newService([practitioner], { requires: [{ kind: "room", tags: [tag] }] });
    const patient = await newPatient();
    const refused = await series({ patient, practitioner, service, ...weekly });
    expect(refused.body.conflicts).toHaveLength(3);
    const room = await mustCall("POST", "/v1/resources", { as: admin, body: { name: "R", kind: "room", tags: [tag] } });
    const { body } = await series({ patient, practitioner, service, ...weekly });
    expect((await read(body.occurrences[2].appointment)).resources).toEqual([room.id]);
  });

  it.each([3, 30])("of %i is where the practitioner is at each time", async (count) => {
    const { id: location } = await mustCall("POST", "/v1/locations", {
      as: admin,
      body: { name: "North", zone: "UTC" },
    });
    const scene = await newScene({ ...newYork, windows: [{ days: everyDay, start: "09:00", end: "17:00", location }] });
    const { body } = await series({ ...scene, ...daily(count) });
    expect((await read(body.occurrences.at(-1).appointment)).location).toBe(location);
  });

  it("counts its own occurrences among those that the patient may have before them", async () => {
    const practitioner = await newPractitioner();
    const service = await newService([practitioner], { policy: { maxUpcomingPerPatient: 2 } });
    const patient = await newPatient();
    const { body } = await series({ patient, practitioner, service, ...weekly });
    expect(body.conflicts).toMatchObject([{ occurrence: 3, of: 3, code: "too-many-upcoming" }]);
    expect((await series({ patient, practitioner, service, ...weekly, onConflict: "skip" })).status).toBe(201);
    expect((await book({ patient, practitioner, service, start: "2026-04-01T14:00:00Z" })).body.code).toBe(
      "too-many-upcoming",
    );
  });

  it("leaves the others alone when one is moved or cancelled", async () => {
    const scene = await newScene();
    const { body } = await series({ ...scene, ...weekly });
    const [first, second, third] = body.occurrences.map(({ appointment }: Occurrence) => appointment);
    const move = { as: desk, at: noon, body: { start: "2026-03-10T13:00:00Z" } };
    const moved = await mustCall("POST", `/v1/appointments/${second}/reschedule`, move);
    expect(moved).toMatchObject({ id: second, series: body.id, start: "2026-03-10T13:00:00Z" });
    await mustCall("POST", `/v1/appointments/${first}/cancel`, { as: desk, at: noon, body: {} });
    expect((await appointmentsOf(scene.patient)).map(({ id, start, status }) => [id, start, status])).toEqual([
      [first, "2026-03-02T14:00:00Z", "cancelled"],
      [second, "2026-03-10T13:00:00Z", "booked"],
      [third, "2026-03-16T13:00:00Z", "booked"],
    ]);
    expect(await mustCall("GET", `/v1/series/${body.id}`, { as: desk })).toEqual(body);
  });

  it("is booked once however often the request is repeated, at once or later", async () => {
    const scene = await newScene();
    for (const wish of [weekly, daily(30), { ...daily(30), onConflict: "skip" }]) {
      const headers = { "idempotency-key": randomUUID() };
      const patient = await newPatient();
      const asked = () => series({ ...scene, ...wish, patient }, { headers });
      const answers = await Promise.all([asked(), asked(), asked()]);
      const again = await asked();
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
      for (const { body } of answers) expect(body).toEqual(again.body);
      expect(again.body.occurrences.every(({ outcome }: { outcome: string }) => outcome === "booked")).toBe(true);
      expect((await appointmentsOf(patient)).map(({ id }) => id)).toEqual(
        again.body.occurrences.map(({ appointment }: Occurrence) => appointment),
      );
      await cancel(again.body.id);
    }
  });

  it("tells of itself once, and of each appointment", async () => {
    for (const wish of [weekly, daily(25)]) {
      const { body } = await series({ ...(await newScene()), ...wish });
      const events = await everPut("CLINIC_TABLE", "EVENT");
      expect(events.filter((event) => event["series"] === body.id).map((event) => event["type"])).toEqual([
        "series.booked",
      ]);
      const ids = body.occurrences.map(({ appointment }: Occurrence) => appointment);
      const booked = events.filter((event) => event["type"] === "appointment.booked");
      expect(booked.filter((event) => ids.includes(event["appointment"]))).toHaveLength(ids.length);
    }
  });

  it("that staff book against a rule says so in the audit trail", async () => {
    const { clinic: own, admin: as } = await newClinic();
    const { email: officer } = await newUser({ clinic: own, role: "privacy-officer" });
    const name = { text: "Own" };
    const [{ id: patient }, { id: practitioner }] = [
      await mustCall("POST", "/v1/patients", { as, body: { name } }),
      await mustCall("POST", "/v1/practitioners", { as, body: { name } }),
    ];
    const asked = { as, body: always, headers: { "if-match": '"1"' } };
    await mustCall("PUT", `/v1/practitioners/${practitioner}/schedule`, asked);
    const wish = { name: "Own", durationMinutes: 30, practitioners: [practitioner], policy: { horizonDays: 30 } };
    const { id: service } = await mustCall("POST", "/v1/services", { as, body: wish });
    const policy = { staffMayOverride: ["too-far-ahead"] };
    await mustCall("PUT", "/v1/policy", { as, body: policy, headers: { "if-match": '"0"' } });
    const body = { patient, practitioner, service, ...weekly };
    expect((await series(body, { as })).body.conflicts).toMatchObject([
      { occurrence: 2, code: "too-far-ahead" },
      { occurrence: 3, code: "too-far-ahead" },
    ]);
    const { body: made } = await series({ ...body, override: { reason: "a treatment plan" } }, { as });
    const { items } = await mustCall("GET", `/v1/patients/${patient}/audit`, { as: officer });
    expect(items.filter(({ target }: { target?: string }) => target === made.id)).toMatchObject([
      { action: "series.book", outcome: "granted", overrode: ["too-far-ahead"] },
    ]);
  });
});

describe("a series too long for one transaction", () => {
  it("is booked all the same, each occurrence for good", async () => {
    const scene = await newScene();
    const { status, body } = await series({ ...scene, ...daily(52) });
    expect(status).toBe(201);
    expect(body.occurrences).toHaveLength(52);
    const booked = await appointmentsOf(scene.patient);
    expect(booked.map(({ id }) => id)).toEqual(body.occurrences.map(({ appointment }: Occurrence) => appointment));
    const later = "2026-02-02T12:00:00Z";
    const start = "2026-04-22T13:00:00Z";
    expect((await book({ ...scene, patient: await newPatient(), start }, { at: later })).status).toBe(409);
    const holds = (await dumpFamily("HOLD")).filter((hold) => hold["patient"] === scene.patient);
    expect(new Set(holds.map((hold) => hold["status"]))).toEqual(new Set(["confirmed"]));
  });

  it("leaves the patient their two holds", async () => {
    const scene = await newScene();
    await series({ ...scene, ...daily(30) });
    const body = { ...scene, start: "2026-06-02T14:00:00Z" };
    expect((await call("POST", "/v1/holds", { as: desk, at: noon, body })).status).toBe(201);
  });

  it("of which one is taken leaves nothing behind", async () => {
    const scene = await newScene();
    await taken(scene, "2026-03-30T13:00:00Z");
    const { status, body } = await series({ ...scene, ...daily(40) });
    expect(status).toBe(409);
    expect(body.conflicts).toMatchObject([{ occurrence: 29, of: 40, start: "2026-03-30T13:00:00Z" }]);
    expect((await series({ ...scene, ...daily(28) })).status).toBe(201);
  });

  it("wanted by several at once goes to one of them whole, and nothing to the others", async () => {
    const scene = await newScene();
    const patients = await Promise.all([newPatient(), newPatient(), newPatient()]);
    const answers = await Promise.all(patients.map((patient) => series({ ...scene, ...daily(30), patient })));
    const won = answers.filter(({ status }) => status === 201).length;
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(won).toBeLessThanOrEqual(1);
    const booked = await Promise.all(patients.map(appointmentsOf));
    expect(booked.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([0, 0, 30 * won]);
    if (won === 0) expect((await series({ ...scene, ...daily(30) })).status).toBe(201);
  });

  it("whose occurrences touch one day of UTC two by two is booked too", async () => {
    const scene = await newScene({ zone: "UTC", windows: [{ days: everyDay, start: "12:00", end: "12:00" }] });
    const wish = { start: "2026-06-01T23:45:00Z", rule: "FREQ=DAILY;COUNT=4", timeZone: "UTC" };
    const service = await newService([scene.practitioner], { durationMinutes: 30, slotIntervalMinutes: 15 });
    expect((await series({ ...scene, service, ...wish })).status).toBe(201);
    const rival = { ...scene, service, patient: await newPatient(), start: "2026-06-03T00:00:00Z" };
    expect((await book(rival, { at: "2026-02-02T12:00:00Z" })).body.code).toBe("slot-taken");
  });
});

describe("a series of what is shared", () => {
  it.each([3, 30])("of %i group visits takes a place in each, and leaves the others to others", async (count) => {
    const practitioner = await newPractitioner();
    const service = await newService([practitioner], { capacity: 2 });
    const wish = { practitioner, service, ...daily(count) };
    const patients = await Promise.all([newPatient(), newPatient(), newPatient()]);
    const [one, two, three] = patients;
    expect((await series({ ...wish, patient: one })).status).toBe(201);
    const { status, body } = await series({ ...wish, patient: two });
    expect(status).toBe(201);
    const { conflicts } = (await series({ ...wish, patient: three })).body;
    expect(conflicts).toHaveLength(count);
    await cancel(body.id, { from: count });
    expect((await series({ ...wish, patient: three, onConflict: "skip" })).body.occurrences.at(-1).outcome).toBe(
      "booked",
    );
    expect(await appointmentsOf(two)).toHaveLength(count);
  });

  it.each([3, 30])("of %i visits counts among those that the service admits a day", async (count) => {
    const practitioner = await newPractitioner(newYork);
    const service = await newService([practitioner], { policy: { maxPerDay: 2 } });
    const wish = { practitioner, service, ...daily(count) };
    await taken({ practitioner, service }, "2026-03-03T18:00:00Z");
    const { status, body } = await series({ ...wish, patient: await newPatient() });
    expect(status).toBe(201);
    const { conflicts } = (await series({ ...wish, start: "2026-03-02T15:00:00Z", patient: await newPatient() })).body;
    expect(conflicts).toMatchObject([{ occurrence: 2, of: count, code: "too-many-that-day" }]);
    await cancel(body.id);
    expect((await series({ ...wish, patient: await newPatient() })).status).toBe(201);
  });

  it("wanted by many at once goes to as many as there are places", async () => {
    const practitioner = await newPractitioner();
    const service = await newService([practitioner], { capacity: 4 });
    const patients = await newPatients(6);
    const wish = (patient: string) => series({ practitioner, service, patient, ...daily(4) });
    const answers = await Promise.all(patients.map(wish));
    const codes = answers.map(({ status, body }) => (status === 409 ? body.code : status));
    expect(codes.filter((code) => ![201, 503, "series-conflict"].includes(code))).toEqual([]);
    const again = await Promise.all(patients.filter((_, n) => answers[n]?.status === 503).map(wish));
    expect([...answers, ...again].filter(({ status }) => status === 201)).toHaveLength(4);
  });
});

describe("cancelling a series", () => {
  it("cancels all that lies ahead, frees the times, and does so once", async () => {
    const scene = await newScene();
    const { body } = await series({ ...scene, ...weekly });
    const answer = await cancel(body.id, { reason: "moved away" });
    expect(answer).toMatchObject({ status: 200, body: { id: body.id, left: [] } });
    expect(answer.body.cancelled.map(({ number }: Occurrence) => number)).toEqual([1, 2, 3]);
    const one = await read(body.occurrences[1].appointment);
    expect(one).toMatchObject({ status: "cancelled", version: 2, cancellation: { reason: "moved away" } });
    expect((await cancel(body.id)).body).toEqual(answer.body);
    expect(await read(body.occurrences[1].appointment)).toEqual(one);
    expect((await series({ ...scene, ...weekly })).status).toBe(201);
  });

  it("from one occurrence on leaves those before it, be it named by number or by time", async () => {
    for (const from of [2, "2026-03-09T09:00:00-04:00"]) {
      const scene = await newScene();
      const { body } = await series({ ...scene, ...weekly });
      const { cancelled, left } = (await cancel(body.id, { from })).body;
      expect([cancelled.map(({ number }: Occurrence) => number), left]).toEqual([[2, 3], []]);
      expect((await appointmentsOf(scene.patient)).map(({ status }) => status)).toEqual([
        "booked",
        "cancelled",
        "cancelled",
      ]);
    }
  });

  it("leaves what has begun or is over, and says so", async () => {
    const scene = await newScene();
    const { body } = await series({ ...scene, ...weekly });
    const { cancelled, left } = (await cancel(body.id, {}, { at: "2026-03-09T13:00:00Z" })).body;
    expect(cancelled.map(({ number }: Occurrence) => number)).toEqual([3]);
    expect(left).toMatchObject([
      { number: 1, status: "booked" },
      { number: 2, status: "booked" },
    ]);
  });

  it("works for one too long for one transaction, and frees every time", async () => {
    const scene = await newScene();
    const { body } = await series({ ...scene, ...daily(52) });
    const headers = { "idempotency-key": randomUUID() };
    const answer = await cancel(body.id, {}, { headers });
    expect(answer.body.cancelled).toHaveLength(52);
    expect(await cancel(body.id, {}, { headers })).toMatchObject({ status: 200, body: answer.body });
    expect((await series({ ...scene, ...daily(52) })).status).toBe(201);
  });

  it("by a patient keeps the clinic's notice, for all of it", async () => {
    const practitioner = await newPractitioner();
    const service = await newService([practitioner], { policy: { cancellationNoticeMinutes: 1440 } });
    const patient = await newPatient();
    const { email: as } = await newUser({ clinic, role: "patient", person: patient });
    const { body } = await series({ patient, practitioner, service, ...weekly }, { as });
    const at = "2026-03-01T14:00:01Z";
    expect(await cancel(body.id, {}, { as, at })).toMatchObject({ status: 422, body: { code: "too-late-to-cancel" } });
    expect((await appointmentsOf(patient)).map(({ status }) => status)).toEqual(["booked", "booked", "booked"]);
    expect((await cancel(body.id, { from: 2 }, { as, at })).body.cancelled).toHaveLength(2);
  });

  it.each([0, 53, "2026-03-09", "second"])("from %j is 400", async (from) => {
    expect((await cancel("ser_0000000000000000000000", { from })).status).toBe(400);
  });
});

describe("a patient", () => {
  let patient: string;
  let as: string;

  beforeAll(async () => {
    patient = await newPatient();
    as = (await newUser({ clinic, role: "patient", person: patient })).email;
  });

  it("books a series for themself, and overrides nothing", async () => {
    const scene = await newScene();
    const override = { reason: "I wish" };
    expect(await series({ ...scene, patient, ...weekly, override }, { as })).toMatchObject({
      status: 403,
      body: { code: "staff-only" },
    });
    const { status, body } = await series({ ...scene, patient, ...weekly }, { as });
    expect(status).toBe(201);
    expect(await mustCall("GET", `/v1/series/${body.id}`, { as })).toEqual(body);
  });

  it("neither books, sees nor cancels another's; nor does staff of another clinic", async () => {
    const scene = await newScene();
    expect((await series({ ...scene, ...weekly }, { as })).status).toBe(404);
    const { body } = await series({ ...scene, ...weekly });
    for (const other of [as, stranger]) {
      expect((await call("GET", `/v1/series/${body.id}`, { as: other })).status).toBe(404);
      expect((await cancel(body.id, {}, { as: other })).status).toBe(404);
    }
    expect((await appointmentsOf(scene.patient)).map(({ status }) => status)).toEqual(["booked", "booked", "booked"]);
  });
});
