import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newUser } from "../support/members.ts";
import { everPut } from "../support/tables.ts";
import { admin, always, ana, desk, everyDay, newPatients, newScene } from "../support/world.ts";

const at = (time: string, day = "2027-06-01") => `${day}T${time}:00Z`;
const noon = "2027-05-01T12:00:00Z";

interface Scene {
  practitioner: string;
  patient: string;
  service: string;
}

interface Booked {
  id: string;
  start: string;
  end: string;
  patient: string;
}

const mustBook = (scene: Scene, start: string): Promise<Booked> =>
  mustCall("POST", "/v1/appointments", { as: desk, at: noon, body: { ...scene, start } });
const cancel = ({ id }: Booked) => mustCall("POST", `/v1/appointments/${id}/cancel`, { as: desk, at: noon, body: {} });
const told = ({ id, start, end, patient }: Booked) => ({ appointment: id, start, end, patient });
const hours = (start: string, end: string) => ({ zone: "UTC", windows: [{ days: everyDay, start, end }] });

const replace = ({ practitioner }: Scene, body: unknown, { query = "", version = 2, now = noon } = {}) =>
  call("PUT", `/v1/practitioners/${practitioner}/schedule${query}`, {
    as: desk,
    at: now,
    body,
    headers: { "if-match": `"${version}"` },
  });
const takeOff = ({ practitioner }: Scene, body: unknown, { query = "", now = noon, headers = {}, as = desk } = {}) =>
  call("POST", `/v1/practitioners/${practitioner}/time-off${query}`, { as, at: now, body, headers });

describe("replacing a schedule", () => {
  it("tells by start of the upcoming appointments that lie outside the new hours, and leaves them booked", async () => {
    const scene = await newScene();
    const late = await mustBook(scene, at("16:00"));
    const across = await mustBook(scene, at("11:30", "2027-06-02"));
    const early = await mustBook(scene, at("08:30"));
    for (const start of [at("09:00"), at("11:00"), at("09:00", "2028-01-03")]) await mustBook(scene, start);
    const { status, body } = await replace(scene, hours("09:00", "11:45"));
    expect(status).toBe(200);
    expect(body).toMatchObject({ practitioner: scene.practitioner, version: 3 });
    expect(body.outside).toEqual([early, late, across].map(told));
    expect(body.more).toBeUndefined();
    expect(await mustCall("GET", `/v1/appointments/${late.id}`, { as: desk })).toEqual(late);
    const { outside, ...kept } = body;
    expect(await mustCall("GET", `/v1/practitioners/${scene.practitioner}/schedule`, { as: desk })).toEqual(kept);
  });

  it("asks for one window that holds the whole appointment, wherever its slots lie", async () => {
    const scene = await newScene(always, { slotIntervalMinutes: 5 });
    const offGrid = await mustBook(scene, at("09:05"));
    const between = await mustBook(scene, at("10:45"));
    const windows = [
      { days: everyDay, start: "09:00", end: "11:00" },
      { days: everyDay, start: "11:00", end: "12:00" },
    ];
    const { body } = await replace(scene, { zone: "UTC", windows });
    expect(body.outside).toEqual([told(between)]);
    expect(JSON.stringify(body)).not.toContain(offGrid.id);
  });

  it("knows local hours, nights, and days that are shut", async () => {
    const scene = await newScene();
    const [, shut, day] = [
      await mustBook(scene, at("03:00", "2027-06-02")),
      await mustBook(scene, at("02:00", "2027-06-04")),
      await mustBook(scene, at("15:00", "2027-06-02")),
    ];
    const night = { days: everyDay, start: "22:00", end: "06:00" };
    const { body } = await replace(scene, {
      zone: "America/New_York",
      windows: [night],
      exceptions: [{ date: "2027-06-03", closed: true }],
    });
    expect(body.outside).toEqual([day, shut].map(told));
  });

  it("tells of nothing that is cancelled, or has begun", async () => {
    const scene = await newScene();
    const [cancelled, begun, upcoming] = [
      await mustBook(scene, at("09:00")),
      await mustBook(scene, at("10:00")),
      await mustBook(scene, at("10:30")),
    ];
    await cancel(cancelled);
    const { body } = await replace(scene, { zone: "UTC", windows: [] }, { now: begun.start });
    expect(body.outside).toEqual([told(upcoming)]);
  });

  it("tells of a hundred at most, and that there are more", async () => {
    const scene = await newScene(always, { durationMinutes: 5, slotIntervalMinutes: 5 });
    const patients = await newPatients(4);
    const start = (place: number) => new Date(Date.UTC(2027, 5, 1, 0, 5 * place)).toISOString();
    const book = (place: number) => mustBook({ ...scene, patient: patients[place % 4] as string }, start(place));
    const booked: Booked[] = [];
    for (let place = 0; place < 101; place += 10)
      booked.push(...(await Promise.all(Array.from({ length: Math.min(10, 101 - place) }, (_, n) => book(place + n)))));
    const shut = { zone: "UTC", windows: [] };
    const many = (await replace(scene, shut, { query: "?dryRun=true" })).body;
    expect(many.outside).toEqual(booked.slice(0, 100).map(told));
    expect(many.more).toBe(true);
    await cancel(booked[50] as Booked);
    const all = (await replace(scene, shut)).body;
    expect(all.outside).toHaveLength(100);
    expect(all.more).toBeUndefined();
  });

  it("writes nothing in a dry run, and answers the same", async () => {
    const scene = await newScene();
    const booked = await mustBook(scene, at("16:00"));
    const path = `/v1/practitioners/${scene.practitioner}/schedule`;
    const before = await mustCall("GET", path, { as: desk });
    const dry = await replace(scene, hours("09:00", "12:00"), { query: "?dryRun=true" });
    expect(dry).toMatchObject({ status: 200, body: { version: 3, outside: [told(booked)] } });
    expect(await mustCall("GET", path, { as: desk })).toEqual(before);
    const real = await replace(scene, hours("09:00", "12:00"), { query: "?dryRun=false" });
    expect(real).toMatchObject({ status: 200, body: dry.body });
    const events = (await everPut("CLINIC_TABLE", "EVENT")).filter(
      (event) => event["practitioner"] === scene.practitioner,
    );
    expect(events.filter((event) => event["version"] === 3)).toHaveLength(1);
  });

  it("refuses in a dry run what it would refuse, and a dryRun that is neither true nor false", async () => {
    const scene = await newScene();
    expect((await replace(scene, hours("09:00", "12:00"), { query: "?dryRun=true", version: 1 })).status).toBe(412);
    expect(await replace(scene, hours("09:00", "12:00"), { query: "?dryRun=yes" })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "dryRun" }] },
    });
  });

  it("leaves in the audit trail whose appointments a dry run told of, and that it was one", async () => {
    const scene = await newScene();
    const booked = await mustBook(scene, at("16:00"));
    const { headers } = await replace(scene, hours("09:00", "12:00"), { query: "?dryRun=true" });
    const entries = (await everPut("AUDIT_TABLE", "AUDIT")).filter(
      (entry) => entry["requestId"] === headers.get("x-request-id"),
    );
    expect(entries.map(({ action, patient, target }) => ({ action, patient, target }))).toEqual(
      expect.arrayContaining([
        { action: "schedule.replace", patient: undefined, target: "dry-run" },
        { action: "schedule.replace", patient: booked.patient, target: booked.id },
      ]),
    );
    expect(entries).toHaveLength(2);
  });

  it("leaves in the audit trail whose appointments a real change told of as well", async () => {
    const scene = await newScene();
    const booked = await mustBook(scene, at("16:00"));
    const { headers } = await replace(scene, hours("09:00", "12:00"));
    const entries = (await everPut("AUDIT_TABLE", "AUDIT")).filter(
      (entry) => entry["requestId"] === headers.get("x-request-id"),
    );
    expect(entries.map(({ patient, target }) => ({ patient, target }))).toEqual(
      expect.arrayContaining([
        { patient: undefined, target: scene.practitioner },
        { patient: booked.patient, target: booked.id },
      ]),
    );
    expect(entries).toHaveLength(2);
  });
});

describe("taking time off", () => {
  const off = { start: at("12:00"), end: at("14:00") };

  it("tells of the upcoming appointments whose time or buffers it meets, and of no others", async () => {
    const scene = await newScene(always, { bufferBeforeMinutes: 10, bufferAfterMinutes: 20, slotIntervalMinutes: 5 });
    const inside = await mustBook(scene, at("12:45"));
    const bufferBefore = await mustBook(scene, at("14:05"));
    const bufferAfter = await mustBook(scene, at("11:15"));
    await mustBook(scene, at("10:00"));
    await mustBook(scene, at("15:10"));
    const cancelled = await mustBook(scene, at("13:45", "2027-06-02"));
    await cancel(cancelled);
    const { status, body } = await takeOff(scene, off);
    expect(status).toBe(201);
    expect(body.outside).toEqual([bufferAfter, inside, bufferBefore].map(told));
    const { items } = await mustCall("GET", `/v1/practitioners/${scene.practitioner}/time-off`, { as: desk });
    const { outside, ...kept } = body;
    expect(items).toEqual([kept]);
  });

  it("does not meet what touches it, buffers included", async () => {
    const scene = await newScene(always, { bufferBeforeMinutes: 15, bufferAfterMinutes: 15, slotIntervalMinutes: 5 });
    await mustBook(scene, at("11:15"));
    await mustBook(scene, at("14:15"));
    expect((await takeOff(scene, off)).body.outside).toEqual([]);
  });

  it("meets an appointment of the day before that reaches into it, and goes by the buffers it was booked with", async () => {
    const scene = await newScene(always, { durationMinutes: 60, bufferAfterMinutes: 60 });
    const before = await mustBook(scene, at("22:00", "2027-05-31"));
    await mustCall("PATCH", `/v1/services/${scene.service}`, {
      as: admin,
      headers: { "if-match": '"1"' },
      body: { bufferAfterMinutes: 0 },
    });
    const midnight = { start: at("23:55", "2027-05-31"), end: at("06:00") };
    expect((await takeOff(scene, midnight)).body.outside).toEqual([told(before)]);
    expect((await takeOff(scene, { start: at("00:00"), end: at("06:00") })).body.outside).toEqual([]);
  });

  it.each([
    ["first", "0000-01-01T00:00:00Z", "0000-01-01T01:00:00Z"],
    ["last", "9999-12-31T23:00:00Z", "9999-12-31T23:59:59Z"],
  ])("reaches to the %s hour of the calendar", async (_, start, end) => {
    expect(await takeOff(await newScene(), { start, end })).toMatchObject({ status: 201, body: { outside: [] } });
  });

  it("answers a repeated key as it answered first, whatever became of the appointments", async () => {
    const scene = await newScene();
    const booked = await mustBook(scene, at("12:30"));
    const headers = { "idempotency-key": randomUUID() };
    const first = await takeOff(scene, off, { headers });
    expect(first.body.outside).toEqual([told(booked)]);
    await cancel(booked);
    const again = await takeOff(scene, off, { headers });
    expect({ status: again.status, body: again.body }).toEqual({ status: 201, body: first.body });
  });

  it("writes nothing in a dry run, and leaves its key unused", async () => {
    const scene = await newScene();
    const booked = await mustBook(scene, at("12:30"));
    const headers = { "idempotency-key": randomUUID() };
    const dry = await takeOff(scene, off, { query: "?dryRun=true", headers });
    expect(dry).toMatchObject({ status: 201, body: { ...off, outside: [told(booked)] } });
    const path = `/v1/practitioners/${scene.practitioner}/time-off`;
    expect(await mustCall("GET", path, { as: desk })).toEqual({ items: [] });
    await mustBook({ ...scene, patient: (await newPatients(1))[0] as string }, at("13:00"));
    const real = await takeOff(scene, off, { headers });
    expect(real.body.outside).toHaveLength(2);
    expect((await mustCall("GET", path, { as: desk })).items).toHaveLength(1);
  });

  it("is in a dry run, too, for the practitioner and the desk alone", async () => {
    const [scene, other] = await Promise.all([newScene(), newScene()]);
    const { email } = await newUser({
      clinic: "cln_DemoClinic000000000001",
      role: "practitioner",
      person: scene.practitioner,
    });
    const query = "?dryRun=true";
    expect((await takeOff(scene, off, { query, as: email })).status).toBe(201);
    expect((await takeOff(other, off, { query, as: email })).status).toBe(403);
    expect((await takeOff(scene, off, { query, as: ana })).status).toBe(403);
  });
});
