import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { dumpFamily, everPut, rowsUnder } from "../support/tables.ts";
import {
  admin,
  always,
  ana,
  desk,
  everyDay,
  newPatient,
  newPatients,
  newPractitioner,
  newScene,
  newService,
} from "../support/world.ts";

const day = "2027-06-01";
const at = (time: string) => `${day}T${time}:00Z`;

interface Wish {
  patient: string;
  practitioner: string;
  service: string;
  start: string;
  reason?: string;
}

const book = (wish: Wish, headers = {}) => call("POST", "/v1/appointments", { as: desk, body: wish, headers });
const mustBook = (wish: Wish) => mustCall("POST", "/v1/appointments", { as: desk, body: wish });
const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).sort((a, b) => a - b);

/** The starts still open with a practitioner on the day. */
async function openStarts(service: string): Promise<string[]> {
  const { items } = await mustCall(
    "GET",
    `/v1/availability?service=${service}&from=${at("00:00")}&to=${at("23:59")}&limit=100`,
    { as: desk },
  );
  return items.map(({ start }: { start: string }) => start);
}

describe("booking an appointment", () => {
  it("answers the appointment with its version, place and times", async () => {
    const scene = await newScene();
    const { status, body, headers } = await book({
      ...scene,
      start: "2027-06-01T05:00:00-04:00",
      reason: "sore throat",
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...scene,
      status: "booked",
      start: at("09:00"),
      end: at("09:30"),
      reason: "sore throat",
      sequence: 0,
      version: 1,
    });
    expect(headers.get("etag")).toBe('"1"');
    expect(headers.get("location")).toBe(`/v1/appointments/${body.id}`);
    expect(await mustCall("GET", `/v1/appointments/${body.id}`, { as: desk })).toEqual(body);
  });

  it.each([16, 64])("takes %i parallel bookings of different slots of one practitioner, all of them", async (count) => {
    const { practitioner, service } = await newScene(always, { durationMinutes: 15 });
    const patients = await newPatients(count);
    const starts = (await openStarts(service)).slice(0, count);
    const answers = await Promise.all(
      patients.map((patient, n) => book({ patient, practitioner, service, start: starts[n] as string })),
    );
    expect(statuses(answers)).toEqual(Array.from({ length: count }, () => 201));
  });

  it("lets exactly one of two overlapping bookings win", async () => {
    const { practitioner, service } = await newScene(always, { slotIntervalMinutes: 15 });
    const [one, two] = await newPatients(2);
    const answers = await Promise.all([
      book({ patient: one as string, practitioner, service, start: at("09:00") }),
      book({ patient: two as string, practitioner, service, start: at("09:15") }),
    ]);
    expect(statuses(answers)).toEqual([201, 409]);
  });

  it("takes two bookings that touch", async () => {
    const { practitioner, service } = await newScene();
    const [one, two] = await newPatients(2);
    const answers = await Promise.all([
      book({ patient: one as string, practitioner, service, start: at("09:00") }),
      book({ patient: two as string, practitioner, service, start: at("09:30") }),
    ]);
    expect(statuses(answers)).toEqual([201, 201]);
  });

  it("does not put one patient with two practitioners at once", async () => {
    const [here, there] = await Promise.all([newScene(), newScene()]);
    const answers = await Promise.all([
      book({ ...here, start: at("09:00") }),
      book({ ...there, patient: here.patient, start: at("09:00") }),
    ]);
    expect(statuses(answers)).toEqual([201, 409]);
    const lost = answers[0]?.status === 409 ? here : there;
    expect(await openStarts(lost.service)).toContain(at("09:00"));
  });

  it("adds up the buffers of neighbours", async () => {
    const practitioner = await newPractitioner();
    const [after, before] = await Promise.all([
      newService([practitioner], { bufferAfterMinutes: 10, slotIntervalMinutes: 5 }),
      newService([practitioner], { bufferBeforeMinutes: 10, slotIntervalMinutes: 5 }),
    ]);
    const [one, two] = await newPatients(2);
    await mustBook({ patient: one as string, practitioner, service: after, start: at("10:00") });
    expect((await book({ patient: two as string, practitioner, service: before, start: at("10:40") })).status).toBe(
      409,
    );
    expect((await book({ patient: two as string, practitioner, service: before, start: at("10:50") })).status).toBe(
      201,
    );
  });

  it("claims both days, or none, across UTC midnight", async () => {
    const nights = { zone: "UTC", windows: [{ days: everyDay, start: "20:00", end: "04:00" }] };
    const { practitioner, service, patient } = await newScene(nights);
    const other = await newPatient();
    const early = await mustBook({ patient: other, practitioner, service, start: "2027-06-02T00:00:00Z" });
    const slots = await newService([practitioner], { slotIntervalMinutes: 15 });
    const wish = { patient, practitioner, service: slots, start: "2027-06-01T23:45:00Z" };
    expect((await book(wish)).status).toBe(409);
    const claimed = await rowsUnder("CLINIC_TABLE", `DAYBOOK#cln_DemoClinic000000000001#${patient}`);
    expect(claimed).toEqual([]);
    await mustCall("POST", `/v1/appointments/${early.id}/cancel`, { as: desk, body: {} });
    await mustBook(wish);
    const days = (await rowsUnder("CLINIC_TABLE", `DAYBOOK#cln_DemoClinic000000000001#${patient}`)).map(({ sk }) => sk);
    expect(days.sort()).toEqual(["2027-06-01", "2027-06-02"]);
  });

  it("takes the longest service there may be", async () => {
    const scene = await newScene(always, { durationMinutes: 450, slotIntervalMinutes: 30 });
    expect((await book({ ...scene, start: at("08:00") })).status).toBe(201);
    expect((await book({ ...scene, start: at("15:00") })).status).toBe(409);
  });

  it("lets a patient book for themself and for nobody else", async () => {
    const { practitioner, service, patient } = await newScene();
    const me = (await mustCall("GET", "/v1/me", { as: ana })).memberships[0].person;
    const mine = await call("POST", "/v1/appointments", {
      as: ana,
      body: { patient: me, practitioner, service, start: at("09:00") },
    });
    const theirs = await call("POST", "/v1/appointments", {
      as: ana,
      body: { patient, practitioner, service, start: at("10:00") },
    });
    expect([mine.status, theirs.status]).toEqual([201, 404]);
  });
});

describe("a booking that may not be", () => {
  const hours = { zone: "UTC", windows: [{ days: ["tue"], start: "09:00", end: "12:00" }] };

  it.each([
    ["outside opening hours", at("12:00"), "outside-opening-hours"],
    ["that would end after them", at("11:45"), "outside-opening-hours"],
    ["off the slot grid", at("09:10"), "off-slot-grid"],
    ["in the past", "2020-06-02T09:00:00Z", "in-the-past"],
  ])("is refused %s", async (_, start, code) => {
    const scene = await newScene(hours);
    expect(await book({ ...scene, start })).toMatchObject({ status: 422, body: { code } });
  });

  it("is refused in time off, and taken again once the time is given back", async () => {
    const scene = await newScene(hours);
    const path = `/v1/practitioners/${scene.practitioner}/time-off`;
    const off = await mustCall("POST", path, {
      as: admin,
      body: { start: at("10:15"), end: at("10:45"), reason: "dentist" },
    });
    expect(await book({ ...scene, start: at("10:00") })).toMatchObject({ status: 422, body: { code: "time-off" } });
    expect(await openStarts(scene.service)).toEqual([at("09:00"), at("09:30"), at("11:00"), at("11:30")]);
    await mustCall("DELETE", `${path}/${off.id}`, { as: admin });
    expect((await book({ ...scene, start: at("10:00") })).status).toBe(201);
  });

  it.each([
    ["patient", "patients", "patient-inactive"],
    ["practitioner", "practitioners", "practitioner-inactive"],
    ["service", "services", "service-inactive"],
  ] as const)("is refused for an inactive %s", async (what, path, code) => {
    const scene = await newScene(hours);
    await mustCall("PATCH", `/v1/${path}/${scene[what]}`, {
      as: admin,
      headers: { "if-match": '"1"' },
      body: { active: false },
    });
    expect(await book({ ...scene, start: at("09:00") })).toMatchObject({ status: 422, body: { code } });
  });

  it("is refused with a practitioner who does not offer the service", async () => {
    const [scene, other] = await Promise.all([newScene(hours), newPractitioner(hours)]);
    expect(await book({ ...scene, practitioner: other, start: at("09:00") })).toMatchObject({
      status: 422,
      body: { code: "service-not-offered" },
    });
  });

  it("is 404 for whoever is not there", async () => {
    const scene = await newScene(hours);
    const nobody = {
      patient: "pat_0000000000000000000000",
      practitioner: "prc_0000000000000000000000",
      service: "svc_0000000000000000000000",
    };
    for (const [name, id] of Object.entries(nobody))
      expect((await book({ ...scene, [name]: id, start: at("09:00") })).status).toBe(404);
  });

  it("never races with time off: whichever is written second sees the first", async () => {
    const rounds = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const scene = await newScene(hours);
        const off = call("POST", `/v1/practitioners/${scene.practitioner}/time-off`, {
          as: admin,
          body: { start: at("09:00"), end: at("10:00") },
        });
        const [booked] = await Promise.all([book({ ...scene, start: at("09:00") }), off]);
        const later = await book({ ...scene, patient: await newPatient(), start: at("09:30") });
        return { booked, later };
      }),
    );
    for (const { booked, later } of rounds) {
      expect([201, 422]).toContain(booked.status);
      expect(later).toMatchObject({ status: 422, body: { code: "time-off" } });
    }
  });
});

describe("moving an appointment", () => {
  it("onto its own old time keeps its id and frees what it leaves", async () => {
    const scene = await newScene(always, { durationMinutes: 60, slotIntervalMinutes: 30 });
    const booked = await mustBook({ ...scene, start: at("09:00") });
    const moved = await mustCall("POST", `/v1/appointments/${booked.id}/reschedule`, {
      as: desk,
      body: { start: at("09:30") },
    });
    expect(moved).toMatchObject({ id: booked.id, start: at("09:30"), end: at("10:30"), sequence: 1, version: 2 });
    const half = await newService([scene.practitioner]);
    expect((await book({ ...scene, service: half, patient: await newPatient(), start: at("09:00") })).status).toBe(201);
    expect((await book({ ...scene, service: half, patient: await newPatient(), start: at("10:00") })).status).toBe(409);
  });

  it("to a taken time is refused and leaves it as it was", async () => {
    const scene = await newScene();
    const booked = await mustBook({ ...scene, start: at("09:00") });
    await mustBook({ ...scene, patient: await newPatient(), start: at("10:00") });
    const moved = await call("POST", `/v1/appointments/${booked.id}/reschedule`, {
      as: desk,
      body: { start: at("10:00") },
    });
    expect(moved).toMatchObject({ status: 409, body: { code: "slot-taken" } });
    expect(await mustCall("GET", `/v1/appointments/${booked.id}`, { as: desk })).toEqual(booked);
    expect(await openStarts(scene.service)).not.toContain(at("09:00"));
  });

  it("to another practitioner and day frees the old one's time", async () => {
    const scene = await newScene();
    const other = await newPractitioner();
    await mustCall("PATCH", `/v1/services/${scene.service}`, {
      as: admin,
      headers: { "if-match": '"1"' },
      body: { practitioners: [scene.practitioner, other] },
    });
    const booked = await mustBook({ ...scene, start: at("09:00") });
    const to = { start: "2027-06-02T09:00:00Z", practitioner: other };
    expect(await mustCall("POST", `/v1/appointments/${booked.id}/reschedule`, { as: desk, body: to })).toMatchObject(
      to,
    );
    expect((await book({ ...scene, patient: await newPatient(), start: at("09:00") })).status).toBe(201);
    const agenda = await mustCall("GET", `/v1/appointments?practitioner=${other}`, { as: desk });
    expect(agenda.items.map(({ id }: { id: string }) => id)).toEqual([booked.id]);
  });

  it("moves its reminder along, and drops it when cancelled", async () => {
    const scene = await newScene();
    const booked = await mustBook({ ...scene, start: at("09:00") });
    const due = async () =>
      (await dumpFamily("DUE")).filter((item) => item["appointment"] === booked.id).map((item) => item["due"]);
    expect(await due()).toEqual(["2027-05-31T09:00:00Z"]);
    await mustCall("POST", `/v1/appointments/${booked.id}/reschedule`, { as: desk, body: { start: at("15:00") } });
    expect(await due()).toEqual(["2027-05-31T15:00:00Z"]);
    await mustCall("POST", `/v1/appointments/${booked.id}/cancel`, { as: desk, body: {} });
    expect(await due()).toEqual([]);
  });
});

describe("an appointment's way", () => {
  const setStatus = (id: string, version: number, status: string, asked = {}) =>
    call("PUT", `/v1/appointments/${id}/status`, {
      as: desk,
      headers: { "if-match": `"${version}"` },
      body: { status },
      ...asked,
    });

  it("leads from booked over arrived and checked-in to fulfilled", async () => {
    const scene = await newScene();
    const { id } = await mustBook({ ...scene, start: at("09:00") });
    for (const [step, status] of ["arrived", "checked-in", "fulfilled"].entries()) {
      expect(await setStatus(id, step + 1, status)).toMatchObject({ status: 200, body: { status, version: step + 2 } });
    }
  });

  it.each([
    ["cancelled", "booked", ["cancelled"]],
    ["fulfilled", "cancelled", ["arrived", "checked-in", "fulfilled"]],
    ["booked", "fulfilled", []],
    ["noshow", "arrived", ["noshow"]],
  ] as const)("does not lead from %s to %s, and says so", async (from, to, steps) => {
    const scene = await newScene();
    const { id } = await mustBook({ ...scene, start: at("09:00") });
    for (const [step, status] of steps.entries()) await setStatus(id, step + 1, status, { at: at("09:05") });
    const refused = await setStatus(id, steps.length + 1, to);
    expect(refused).toMatchObject({ status: 409, body: { code: "illegal-transition", from, to } });
  });

  it("is noshow only after the start", async () => {
    const scene = await newScene();
    const { id } = await mustBook({ ...scene, start: at("09:00") });
    expect(await setStatus(id, 1, "noshow", { at: "2027-06-01T08:59:59Z" })).toMatchObject({
      status: 422,
      body: { code: "too-early" },
    });
    expect((await setStatus(id, 1, "noshow", { at: at("09:00") })).status).toBe(200);
  });

  it("ends in entered-in-error by an admin alone", async () => {
    const scene = await newScene();
    const { id } = await mustBook({ ...scene, start: at("09:00") });
    expect((await setStatus(id, 1, "entered-in-error")).status).toBe(409);
    expect((await setStatus(id, 1, "entered-in-error", { as: admin })).status).toBe(200);
    expect((await book({ ...scene, start: at("09:00") })).status).toBe(201);
  });

  it("is cancelled once: the second time answers the same, and the slot is freed once", async () => {
    const scene = await newScene();
    const { id } = await mustBook({ ...scene, start: at("09:00") });
    const cancel = () => call("POST", `/v1/appointments/${id}/cancel`, { as: desk, body: { reason: "ill" } });
    const first = await cancel();
    expect(first).toMatchObject({ status: 200, body: { status: "cancelled", cancellation: { reason: "ill" } } });
    await mustBook({ ...scene, patient: await newPatient(), start: at("09:00") });
    const second = await cancel();
    expect(second).toMatchObject({ status: 200, body: first.body });
    expect(await openStarts(scene.service)).not.toContain(at("09:00"));
    const events = (await everPut("CLINIC_TABLE", "EVENT")).filter(
      (event) => event["appointment"] === id && event["type"] === "appointment.cancelled",
    );
    expect(events).toHaveLength(1);
  });

  it("wants to know what was seen: a stale If-Match is 412, none is 428", async () => {
    const scene = await newScene();
    const { id } = await mustBook({ ...scene, start: at("09:00") });
    expect(await setStatus(id, 7, "arrived")).toMatchObject({ status: 412, body: { code: "stale-version" } });
    expect(await setStatus(id, 1, "arrived", { headers: {} })).toMatchObject({
      status: 428,
      body: { code: "if-match-required" },
    });
  });
});

describe("visits that have already happened", () => {
  const past = (scene: object, fields: object = {}) => ({
    ...scene,
    start: "2019-03-04T22:58:16-05:00",
    end: "2019-03-04T23:13:16-05:00",
    reason: "checkup",
    ...fields,
  });

  it("are recorded by an admin, fulfilled, overlapping what they like", async () => {
    const scene = await newScene();
    const [one, two] = [
      await call("POST", "/v1/past-appointments", { as: admin, body: past(scene) }),
      await call("POST", "/v1/past-appointments", { as: admin, body: past(scene) }),
    ];
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(one.body).toMatchObject({ status: "fulfilled", start: "2019-03-05T03:58:16Z", end: "2019-03-05T04:13:16Z" });
    expect(one.headers.get("location")).toBe(`/v1/appointments/${one.body.id}`);
    const { items } = await mustCall("GET", `/v1/appointments?patient=${scene.patient}&to=2020-01-01T00:00:00Z`, {
      as: desk,
    });
    expect(items).toHaveLength(2);
  });

  it("are recorded once by their identifier, which names the one that is there", async () => {
    const scene = await newScene();
    const body = past(scene, { identifier: { system: "urn:example:visit", value: scene.patient } });
    const first = await mustCall("POST", "/v1/past-appointments", { as: admin, body });
    const second = await call("POST", "/v1/past-appointments", { as: admin, body });
    expect(second).toMatchObject({ status: 409, body: { code: "identifier-taken", existing: first.id } });
  });

  it("were at a location of the clinic, and at none that is nowhere", async () => {
    const scene = await newScene();
    const place = { name: "Riverside", zone: "UTC" };
    const { id: location } = await mustCall("POST", "/v1/locations", { as: admin, body: place });
    const record = (wish: object) => call("POST", "/v1/past-appointments", { as: admin, body: past(scene, wish) });
    const { body } = await record({ location });
    expect(await mustCall("GET", `/v1/appointments/${body.id}`, { as: desk })).toMatchObject({ location });
    expect(await record({ location: "loc_0000000000000000000000" })).toMatchObject({ status: 404 });
  });

  it("are not in the future", async () => {
    const scene = await newScene();
    const body = past(scene, { start: at("09:00"), end: at("09:30") });
    expect(await call("POST", "/v1/past-appointments", { as: admin, body })).toMatchObject({
      status: 422,
      body: { code: "not-in-the-past" },
    });
  });
});

describe("the list of appointments", () => {
  it("goes by start, page by page, cancelled ones included, within the window asked", async () => {
    const scene = await newScene();
    const starts = ["09:00", "09:30", "10:00", "10:30", "11:00"].map(at);
    const booked = [];
    for (const start of starts.toReversed())
      booked.unshift(await mustBook({ ...scene, patient: await newPatient(), start }));
    await mustCall("POST", `/v1/appointments/${booked[2].id}/cancel`, { as: desk, body: {} });
    const path = `/v1/appointments?practitioner=${scene.practitioner}&from=${at("09:30")}&to=${at("11:00")}&limit=2`;
    const first = await mustCall("GET", path, { as: desk });
    const second = await mustCall("GET", `${path}&cursor=${first.next}`, { as: desk });
    expect(
      [...first.items, ...second.items].map(({ start, status }: { start: string; status: string }) => [start, status]),
    ).toEqual([
      [at("09:30"), "booked"],
      [at("10:00"), "cancelled"],
      [at("10:30"), "booked"],
    ]);
    expect(second.next).toBeUndefined();
  });

  it("needs a patient or a practitioner, and shows a patient their own alone", async () => {
    expect(await call("GET", "/v1/appointments", { as: desk })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "patient" }] },
    });
    const me = (await mustCall("GET", "/v1/me", { as: ana })).memberships[0].person;
    const { items } = await mustCall("GET", "/v1/appointments", { as: ana });
    expect(items.every(({ patient }: { patient: string }) => patient === me)).toBe(true);
    expect((await call("GET", `/v1/appointments?patient=${await newPatient()}`, { as: ana })).status).toBe(404);
  });
});
