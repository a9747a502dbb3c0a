import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { admin, ana, desk, newPatient, newPractitioner, newScene, newService } from "../support/world.ts";

const noon = "2027-05-01T12:00:00Z";
const weekday = { days: ["tue"], start: "09:00", end: "12:00" };
const read = (query: string, asked: object = {}) =>
  call("GET", `/v1/agenda?${query}`, { as: desk, at: noon, ...asked });

describe("the agenda", () => {
  it("shows a practitioner's day: opening hours, appointments, holds, time off, and what is free", async () => {
    const scene = await newScene(
      { zone: "America/New_York", windows: [weekday] },
      { bufferAfterMinutes: 10, slotIntervalMinutes: 30 },
    );
    const at = (time: string) => `2027-06-01T${time}:00Z`;
    const book = (patient: string, start: string) =>
      mustCall("POST", "/v1/appointments", { as: desk, at: noon, body: { ...scene, patient, start } });
    const booked = await book(scene.patient, at("13:00"));
    const cancelled = await book(await newPatient(), at("14:00"));
    await mustCall("POST", `/v1/appointments/${cancelled.id}/cancel`, { as: desk, at: noon, body: {} });
    const held = await mustCall("POST", "/v1/holds", {
      as: desk,
      at: noon,
      body: { ...scene, patient: undefined, start: at("14:30") },
    });
    await mustCall("POST", `/v1/practitioners/${scene.practitioner}/time-off`, {
      as: admin,
      body: { start: at("15:30"), end: at("18:00") },
    });
    const { body } = await read(`date=2027-06-01&zone=America/New_York&practitioners=${scene.practitioner}`);
    const { id, start, end, status, patient, service, resources } = booked;
    expect(body).toEqual({
      date: "2027-06-01",
      zone: "America/New_York",
      practitioners: [
        {
          practitioner: scene.practitioner,
          appointments: [{ id, start, end, status, patient, service, resources }],
          holds: [{ id: held.id, start: at("14:30"), end: at("15:00"), expiresAt: "2027-05-01T12:05:00Z" }],
          timeOff: [{ start: at("15:30"), end: at("18:00") }],
          open: [{ start: at("13:00"), end: at("16:00") }],
          breaks: [],
          free: [
            { start: at("13:40"), end: at("14:30") },
            { start: at("15:10"), end: at("15:30") },
          ],
        },
      ],
    });
  });

  it("calls a break what lies between the opening windows that begin on the day, and nothing else", async () => {
    const window = (start: string, end: string, days = ["tue"]) => ({ days, start, end });
    const windows = [window("13:00", "15:00"), window("15:00", "17:00"), window("09:00", "12:00")];
    const evening = window("22:00", "02:00", ["mon", "tue"]);
    const practitioner = await newPractitioner({ zone: "America/New_York", windows: [...windows, evening] });
    const { body } = await read(`date=2027-06-01&zone=America/New_York&practitioners=${practitioner}`);
    expect(body.practitioners[0].open[0]).toEqual({ start: "2027-06-01T04:00:00Z", end: "2027-06-01T06:00:00Z" });
    expect(body.practitioners[0].breaks).toEqual([
      { start: "2027-06-01T16:00:00Z", end: "2027-06-01T17:00:00Z" },
      { start: "2027-06-01T21:00:00Z", end: "2027-06-02T02:00:00Z" },
    ]);
  });

  it("leaves a lapsed hold out, and calls its time free", async () => {
    const scene = await newScene({ zone: "UTC", windows: [weekday] });
    await mustCall("POST", "/v1/holds", { as: desk, at: noon, body: { ...scene, start: "2027-06-01T09:00:00Z" } });
    const { body } = await read(`date=2027-06-01&zone=UTC&practitioners=${scene.practitioner}`, {
      at: "2027-05-01T12:05:01Z",
    });
    expect(body.practitioners[0]).toMatchObject({
      holds: [],
      free: [{ start: "2027-06-01T09:00:00Z", end: "2027-06-01T12:00:00Z" }],
    });
  });

  it("is the local day: 23 hours when clocks go forward, and whoever began the evening before is still there", async () => {
    const practitioner = await newPractitioner({
      zone: "America/New_York",
      windows: [{ days: ["sat"], start: "20:00", end: "02:00" }],
    });
    const service = await newService([practitioner], { durationMinutes: 120, slotIntervalMinutes: 60 });
    const start = "2027-03-13T23:00:00-05:00";
    await mustCall("POST", "/v1/appointments", {
      as: desk,
      at: "2027-03-01T00:00:00Z",
      body: { patient: await newPatient(), practitioner, service, start },
    });
    const { body } = await read(`date=2027-03-14&zone=America/New_York&practitioners=${practitioner}`, {
      at: "2027-03-01T00:00:00Z",
    });
    expect(body.practitioners[0].appointments).toMatchObject([
      { start: "2027-03-14T04:00:00Z", end: "2027-03-14T06:00:00Z" },
    ]);
    expect(body.practitioners[0].open).toEqual([{ start: "2027-03-14T05:00:00Z", end: "2027-03-14T07:00:00Z" }]);
    expect(body.practitioners[0].free).toEqual([{ start: "2027-03-14T06:00:00Z", end: "2027-03-14T07:00:00Z" }]);
  });

  it("of 30 practitioners comes in one answer, in the order asked", async () => {
    const practitioners = await Promise.all(Array.from({ length: 30 }, () => newPractitioner()));
    const { body } = await read(`date=2027-06-01&zone=UTC&practitioners=${practitioners.join(",")}`);
    expect(body.practitioners.map(({ practitioner }: { practitioner: string }) => practitioner)).toEqual(practitioners);
  });

  it("without names shows the clinic's practitioners", async () => {
    const { status, body } = await read("date=2027-06-01&zone=UTC");
    expect(status).toBe(200);
    expect(body.practitioners.length).toBeGreaterThan(0);
  });

  it("is for staff, of their own clinic's practitioners", async () => {
    const practitioner = await newPractitioner();
    const query = `date=2027-06-01&zone=UTC&practitioners=${practitioner}`;
    expect((await read(query, { as: ana })).status).toBe(403);
    expect((await read(query, { as: "desk@other.clinic" })).status).toBe(404);
    expect((await read("date=2027-02-29&zone=UTC")).body.errors[0].path).toBe("date");
    expect((await read("date=2027-06-01&zone=UTC&practitioners=prc_x")).body.errors[0].path).toBe("practitioners");
  });

  describe("of a location", () => {
    const newLocation = async () =>
      (await mustCall<{ id: string }>("POST", "/v1/locations", { as: admin, body: { name: "Site", zone: "UTC" } })).id;
    const namesIn = (body: { practitioners: { practitioner: string }[] }) =>
      body.practitioners.map(({ practitioner }) => practitioner).sort();

    it("tells of those who open there that day or have appointments there, and where each stretch is", async () => {
      const [here, there] = await Promise.all([newLocation(), newLocation()]);
      const morning = { ...weekday, location: here };
      const afternoon = { days: ["tue"], start: "12:00", end: "15:00", location: there };
      const scene = await newScene({ zone: "UTC", windows: [morning, afternoon] });
      const away = await newPractitioner({ zone: "UTC", windows: [{ ...morning, days: ["wed"] }] });
      const elsewhere = await newPractitioner({ zone: "UTC", windows: [afternoon] });
      const left = await newScene({ zone: "UTC", windows: [morning] });
      const book = (body: object, start: string) =>
        mustCall("POST", "/v1/appointments", { as: desk, at: noon, body: { ...body, start } });
      await book(scene, "2027-06-01T09:00:00Z");
      await book(left, "2027-06-01T09:00:00Z");
      await mustCall("PUT", `/v1/practitioners/${left.practitioner}/schedule`, {
        as: admin,
        headers: { "if-match": '"2"' },
        body: { zone: "UTC", windows: [] },
      });
      const { body } = await read(`date=2027-06-01&zone=UTC&location=${here}`);
      expect(namesIn(body)).toEqual([scene.practitioner, left.practitioner].sort());
      const at = (time: string) => `2027-06-01T${time}:00Z`;
      expect(
        body.practitioners.find((one: { practitioner: string }) => one.practitioner === scene.practitioner),
      ).toMatchObject({
        appointments: [{ location: here }],
        open: [
          { start: at("09:00"), end: at("12:00"), location: here },
          { start: at("12:00"), end: at("15:00"), location: there },
        ],
        breaks: [],
        free: [
          { start: at("09:30"), end: at("12:00"), location: here },
          { start: at("12:00"), end: at("15:00"), location: there },
        ],
      });
      const { body: other } = await read(`date=2027-06-01&zone=UTC&location=${there}`);
      expect(namesIn(other)).toEqual([scene.practitioner, elsewhere].sort());
      expect(namesIn((await read(`date=2027-06-02&zone=UTC&location=${here}`)).body)).toEqual([away]);
    });

    it("leaves out who is inactive, unless they still have appointments there", async () => {
      const location = await newLocation();
      const schedule = { zone: "UTC", windows: [{ ...weekday, location }] };
      const idle = await newPractitioner(schedule);
      const scene = await newScene(schedule);
      await mustCall("POST", "/v1/appointments", {
        as: desk,
        at: noon,
        body: { ...scene, start: "2027-06-01T09:00:00Z" },
      });
      const seen = async () => namesIn((await read(`date=2027-06-01&zone=UTC&location=${location}`)).body);
      expect(await seen()).toEqual([idle, scene.practitioner].sort());
      for (const id of [idle, scene.practitioner]) {
        const headers = { "if-match": '"1"' };
        await mustCall("PATCH", `/v1/practitioners/${id}`, { as: admin, headers, body: { active: false } });
      }
      expect(await seen()).toEqual([scene.practitioner]);
    });

    it("is 404 where the clinic has none, and 400 beside practitioners", async () => {
      const location = await newLocation();
      const day = "date=2027-06-01&zone=UTC";
      expect((await read(`${day}&location=loc_${"0".repeat(22)}`)).status).toBe(404);
      expect((await read(`${day}&location=${location}`, { as: "desk@other.clinic" })).status).toBe(404);
      const both = await read(`${day}&location=${location}&practitioners=${await newPractitioner()}`);
      expect(both).toMatchObject({ status: 400, body: { errors: [{ path: "location" }] } });
    });
  });
});
