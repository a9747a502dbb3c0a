import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newUser } from "../support/members.ts";
import { admin, desk, newPatient, newPatients, newPractitioner, newScene, newService } from "../support/world.ts";

const clinic = "cln_DemoClinic000000000001";
const at = (time: string) => `2027-06-01T${time}:00Z`;
const noon = "2027-05-01T12:00:00Z";
const lapsed = "2027-05-01T12:05:00.001Z";

const hold = (body: object, asked: object = {}) => call("POST", "/v1/holds", { as: desk, at: noon, body, ...asked });
const book = (body: object, asked: object = {}) =>
  call("POST", "/v1/appointments", { as: desk, at: noon, body, ...asked });

describe("a hold", () => {
  it("takes its time for five minutes, and says until when", async () => {
    const scene = await newScene();
    const { status, body } = await hold({ ...scene, start: at("09:00") });
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...scene, status: "held", end: at("09:30"), expiresAt: "2027-05-01T12:05:00Z" });
    expect(await call("GET", `/v1/holds/${body.id}`, { as: desk })).toMatchObject({ status: 200, body });
    expect((await book({ ...scene, patient: await newPatient(), start: at("09:00") })).body.code).toBe("slot-taken");
  });

  it("becomes an appointment, once", async () => {
    const scene = await newScene();
    const { body: held } = await hold({ ...scene, start: at("09:00") });
    const confirmed = await book({ hold: held.id, reason: "cough" });
    expect(confirmed).toMatchObject({
      status: 201,
      body: { ...scene, status: "booked", start: at("09:00"), reason: "cough" },
    });
    expect(await book({ hold: held.id })).toMatchObject({ status: 410, body: { code: "hold-expired" } });
    expect((await mustCall("GET", `/v1/holds/${held.id}`, { as: desk })).appointment).toBe(confirmed.body.id);
    expect((await book({ ...scene, patient: await newPatient(), start: at("09:00") }, { at: lapsed })).status).toBe(
      409,
    );
  });

  it("that has lapsed blocks nobody though its row lies there, and comes too late to be confirmed", async () => {
    const scene = await newScene();
    const { body: held } = await hold({ ...scene, start: at("09:00") });
    expect((await book({ ...scene, patient: await newPatient(), start: at("09:00") }, { at: lapsed })).status).toBe(
      201,
    );
    expect(await book({ hold: held.id }, { at: lapsed })).toMatchObject({
      status: 410,
      body: { code: "hold-expired" },
    });
    expect(await book({ hold: held.id })).toMatchObject({ status: 410, body: { code: "hold-expired" } });
  });

  it("and a rival at the moment it lapses never both succeed", async () => {
    const rounds = Array.from({ length: 8 }, async () => {
      const scene = await newScene();
      const { body: held } = await hold({ ...scene, start: at("09:00") });
      const rival = book({ ...scene, patient: await newPatient(), start: at("09:00") }, { at: lapsed });
      const confirmed = book({ hold: held.id }, { at: "2027-05-01T12:05:00Z" });
      return (await Promise.all([rival, confirmed])).filter(({ status }) => status === 201).length;
    });
    expect(await Promise.all(rounds)).toEqual(Array.from({ length: 8 }, () => 1));
  });

  it("given back is free at once, and giving it back twice is nothing", async () => {
    const scene = await newScene();
    const { body: held } = await hold({ ...scene, start: at("09:00") });
    const release = () => call("DELETE", `/v1/holds/${held.id}`, { as: desk, at: noon });
    expect([(await release()).status, (await release()).status]).toEqual([204, 204]);
    expect((await book({ ...scene, patient: await newPatient(), start: at("09:00") })).status).toBe(201);
  });

  it("given back late does not free the time of whoever has it now", async () => {
    const scene = await newScene();
    const { body: held } = await hold({ ...scene, start: at("09:00") });
    await book({ ...scene, patient: await newPatient(), start: at("09:00") }, { at: lapsed });
    expect((await call("DELETE", `/v1/holds/${held.id}`, { as: desk, at: lapsed })).status).toBe(204);
    expect((await call("DELETE", `/v1/holds/${held.id}`, { as: desk, at: noon })).status).not.toBe(500);
    expect((await book({ ...scene, patient: await newPatient(), start: at("09:00") }, { at: lapsed })).status).toBe(
      409,
    );
  });

  it("for nobody yet is confirmed for a patient", async () => {
    const { practitioner, service, patient } = await newScene();
    const { body: held } = await hold({ practitioner, service, start: at("09:00") });
    expect((await book({ hold: held.id })).status).toBe(400);
    expect(await book({ hold: held.id, patient })).toMatchObject({ status: 201, body: { patient } });
  });

  it("is one of two at most for a patient, until one lapses", async () => {
    const { practitioner, service, patient } = await newScene();
    const times = ["09:00", "10:00", "11:00"].map((time) => ({ practitioner, service, patient, start: at(time) }));
    const answers = [await hold(times[0] ?? {}), await hold(times[1] ?? {}), await hold(times[2] ?? {})];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [201, undefined],
      [201, undefined],
      [409, "too-many-holds"],
    ]);
    expect((await hold(times[2] ?? {}, { at: lapsed })).status).toBe(201);
  });

  it("is a patient's own: another patient's does not exist", async () => {
    const scene = await newScene();
    const { email } = await newUser({ clinic, role: "patient", person: scene.patient });
    const { body: own } = await hold({ ...scene, patient: undefined, start: at("09:00") }, { as: email });
    expect(own.patient).toBe(scene.patient);
    const { email: other } = await newUser({ clinic, role: "patient", person: await newPatient() });
    expect((await call("GET", `/v1/holds/${own.id}`, { as: other })).status).toBe(404);
    expect((await book({ hold: own.id }, { as: other })).status).toBe(404);
    expect((await book({ hold: own.id }, { as: email })).status).toBe(201);
  });

  it("is placed once however often the request is repeated", async () => {
    const scene = await newScene();
    const headers = { "idempotency-key": scene.patient };
    const answers = [
      await hold({ ...scene, start: at("09:00") }, { headers }),
      await hold({ ...scene, start: at("09:00") }, { headers }),
    ];
    expect(answers[1]).toMatchObject({ status: 201, body: answers[0]?.body });
  });
});

describe("any practitioner", () => {
  it("is the least booked that day, the next when that one is taken, and none when all are", async () => {
    const practitioners = (await Promise.all([newPractitioner(), newPractitioner(), newPractitioner()])).sort();
    const service = await newService(practitioners);
    const [busy] = practitioners;
    await book({ patient: await newPatient(), practitioner: busy, service, start: at("15:00") });
    const chosen = [];
    for (const patient of await newPatients(4)) chosen.push(await book({ patient, service, start: at("09:00") }));
    expect(chosen.map(({ body }) => body.practitioner ?? body.code)).toEqual([
      practitioners[1],
      practitioners[2],
      busy,
      "slot-taken",
    ]);
  });

  it("under contention gives each time of each practitioner to one, and refuses only who is too many", async () => {
    const practitioners = await Promise.all(Array.from({ length: 5 }, () => newPractitioner()));
    const service = await newService(practitioners);
    const answers = await Promise.all(
      (await newPatients(12)).map((patient) => book({ patient, service, start: at("09:00") })),
    );
    const booked = answers.filter(({ status }) => status === 201).map(({ body }) => body.practitioner);
    expect(booked.sort()).toEqual(practitioners.sort());
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
  });
});

describe("rooms and devices", () => {
  const tag = () => `t${Math.random().toString(36).slice(2, 10)}`;
  const newRoom = async (fields: object) =>
    (await mustCall("POST", "/v1/resources", { as: admin, body: { name: "Room", kind: "room", ...fields } })).id;

  it("that a service requires are taken with it, each by one at a time; times without one are not offered", async () => {
    const tags = [tag()];
    const rooms = [await newRoom({ tags }), await newRoom({ tags })].sort();
    const practitioners = await Promise.all([newPractitioner(), newPractitioner(), newPractitioner()]);
    const service = await newService(practitioners, { requires: [{ kind: "room", tags }] });
    const answers = await Promise.all(
      (await newPatients(3)).map((patient, n) =>
        book({ patient, practitioner: practitioners[n], service, start: at("09:00") }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409]);
    const taken = answers.filter(({ status }) => status === 201).flatMap(({ body }) => body.resources);
    expect(taken.sort()).toEqual(rooms);
    const open = await mustCall("GET", `/v1/availability?service=${service}&from=${at("09:00")}&to=${at("09:31")}`, {
      as: desk,
    });
    expect(open.items.map(({ start }: { start: string }) => start)).toEqual(practitioners.map(() => at("09:30")));
  });

  it("are freed by a cancellation, and kept by a move that overlaps its own old time", async () => {
    const tags = [tag()];
    const room = await newRoom({ tags });
    const scene = await newScene(undefined, {
      requires: [{ kind: "room", tags }],
      durationMinutes: 60,
      slotIntervalMinutes: 30,
    });
    const { body } = await book({ ...scene, start: at("09:00") });
    const moved = await mustCall("POST", `/v1/appointments/${body.id}/reschedule`, {
      as: desk,
      at: noon,
      body: { start: at("09:30") },
    });
    expect(moved.resources).toEqual([room]);
    await mustCall("POST", `/v1/appointments/${body.id}/cancel`, { as: desk, at: noon, body: {} });
    expect((await book({ ...scene, patient: await newPatient(), start: at("09:30") })).body.resources).toEqual([room]);
  });

  it("two of one kind are two, and what is inactive or lacks a tag does not do", async () => {
    const tags = [tag()];
    await newRoom({ tags, active: false });
    await newRoom({});
    const one = await newRoom({ tags });
    const requires = [
      { kind: "room", tags },
      { kind: "room", tags },
    ];
    const scene = await newScene(undefined, { requires });
    expect((await book({ ...scene, start: at("09:00") })).body.code).toBe("slot-taken");
    const other = await newRoom({ tags });
    expect((await book({ ...scene, start: at("09:00") })).body.resources).toEqual([one, other].sort());
  });
});

describe("the rules of a service", () => {
  it("minimum notice: exactly as long ahead is allowed, a second less is too soon, and is not offered", async () => {
    const scene = await newScene(undefined, { policy: { minimumNoticeMinutes: 1440 } });
    const tooLate = "2027-05-31T09:00:01Z";
    expect((await book({ ...scene, start: at("09:00") }, { at: tooLate })).body.code).toBe("too-soon");
    const path = `/v1/availability?service=${scene.service}&from=${at("09:00")}&to=${at("10:00")}`;
    const open = await mustCall("GET", path, { as: desk, at: tooLate });
    expect(open.items.map(({ start }: { start: string }) => start)).toEqual([at("09:30")]);
    expect((await book({ ...scene, start: at("09:00") }, { at: "2027-05-31T09:00:00Z" })).status).toBe(201);
  });

  it("a horizon, and how many a patient may have before them, even at once", async () => {
    const scene = await newScene(undefined, { policy: { horizonDays: 30, maxUpcomingPerPatient: 1 } });
    expect((await book({ ...scene, start: at("12:30") })).body.code).toBe("too-far-ahead");
    const near = (time: string) => book({ ...scene, start: `2027-05-20T${time}:00Z` });
    expect((await near("09:00")).status).toBe(201);
    expect((await near("10:00")).body.code).toBe("too-many-upcoming");
    const other = { ...scene, patient: await newPatient() };
    const atOnce = await Promise.all(
      ["11:00", "12:00", "13:00", "14:00"].map((time) => book({ ...other, start: `2027-05-21T${time}:00Z` })),
    );
    expect(atOnce.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422]);
    const kept = atOnce.find(({ status }) => status === 201)?.body;
    await mustCall("POST", `/v1/appointments/${kept.id}/cancel`, { as: desk, at: noon, body: {} });
    expect((await book({ ...other, start: "2027-05-21T15:00:00Z" })).status).toBe(201);
  });

  it("bind a patient who cancels or moves, not the staff", async () => {
    const policy = { cancellationNoticeMinutes: 1440, rescheduleNoticeMinutes: 1440 };
    const scene = await newScene(undefined, { policy });
    const { email } = await newUser({ clinic, role: "patient", person: scene.patient });
    const { body } = await book({ ...scene, start: at("09:00") });
    const late = { at: "2027-05-31T09:00:01Z" };
    const cancel = (as: string) => call("POST", `/v1/appointments/${body.id}/cancel`, { as, body: {}, ...late });
    const move = call("POST", `/v1/appointments/${body.id}/reschedule`, {
      as: email,
      body: { start: at("11:00") },
      ...late,
    });
    expect([(await cancel(email)).body.code, (await move).body.code]).toEqual([
      "too-late-to-cancel",
      "too-late-to-reschedule",
    ]);
    expect((await cancel(desk)).status).toBe(200);
  });
});

describe("staff", () => {
  it("let one patient overlap, audited; a practitioner never", async () => {
    const [here, there] = await Promise.all([newScene(), newScene()]);
    await book({ ...here, start: at("09:00") });
    const wish = { ...there, patient: here.patient, start: at("09:00") };
    expect((await book(wish)).body.code).toBe("slot-taken");
    const overlapping = await book({ ...wish, allowPatientOverlap: true });
    expect(overlapping.status).toBe(201);
    const third = await newPatient();
    expect((await book({ ...there, patient: third, start: at("09:00"), allowPatientOverlap: true })).body.code).toBe(
      "slot-taken",
    );
    await mustCall("POST", `/v1/appointments/${overlapping.body.id}/cancel`, { as: desk, at: noon, body: {} });
    expect((await book({ ...here, patient: here.patient, start: at("09:00") })).status).toBe(409);
    const trail = await mustCall("GET", `/v1/patients/${here.patient}/audit`, { as: "privacy@demo.clinic" });
    expect(trail.items.find(({ overrode }: { overrode?: string[] }) => overrode)?.overrode).toEqual([
      "patient-overlap",
    ]);
  });

  it("take a walk-in now, whatever the hours and the grid, as arrived; a patient cannot", async () => {
    const scene = await newScene({ zone: "UTC", windows: [] });
    const walkIn = await book({ ...scene, start: "now" }, { at: "2027-05-01T12:03:20Z" });
    expect(walkIn).toMatchObject({
      status: 201,
      body: { status: "arrived", start: "2027-05-01T12:00:00Z", version: 1 },
    });
    const { email } = await newUser({ clinic, role: "patient", person: scene.patient });
    expect((await book({ ...scene, start: "now" }, { as: email })).body.code).toBe("staff-only");
  });

  it("read an appointment's history: each step, by whom, when and why", async () => {
    const scene = await newScene();
    const { body } = await book({ ...scene, start: at("09:00") });
    await mustCall("POST", `/v1/appointments/${body.id}/reschedule`, {
      as: admin,
      at: noon,
      body: { start: at("10:00") },
    });
    await mustCall("POST", `/v1/appointments/${body.id}/cancel`, { as: desk, at: noon, body: { reason: "ill" } });
    const { items } = await mustCall("GET", `/v1/appointments/${body.id}/history`, { as: desk });
    expect(
      items.map(({ status, start, by, why }: { status: string; start: string; by: { role: string }; why?: string }) => [
        status,
        start,
        by.role,
        why,
      ]),
    ).toEqual([
      ["booked", at("09:00"), "front-desk", undefined],
      ["booked", at("10:00"), "admin", undefined],
      ["cancelled", at("10:00"), "front-desk", "ill"],
    ]);
  });
});
