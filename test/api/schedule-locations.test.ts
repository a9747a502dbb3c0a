import { beforeAll, describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { admin, desk, everyDay, newPatient, newPractitioner, newService } from "../support/world.ts";

const at = "2027-05-01T12:00:00Z";
const onTheDay = (time: string) => `2027-06-01T${time}:00Z`;

/** Two sites with a room each, and a room that is nowhere in particular; all can do what only this file asks for. */
let here: string;
let there: string;
let roomHere: string;
let roomThere: string;

const add = async (path: string, body: object, as: string = admin) =>
  (await mustCall<{ id: string }>("POST", path, { as, body })).id;

beforeAll(async () => {
  [here, there] = await Promise.all([
    add("/v1/locations", { name: "Here", zone: "UTC" }),
    add("/v1/locations", { name: "There", zone: "UTC" }),
  ]);
  const room = (fields: object) => add("/v1/resources", { name: "Room", kind: "room", tags: ["sited"], ...fields });
  [roomHere, roomThere] = await Promise.all([room({ location: here }), room({ location: there }), room({})]);
});

const window = (start: string, end: string, location?: string) => ({ days: everyDay, start, end, location });
const inTurns = () => ({
  zone: "UTC",
  windows: [window("09:00", "12:00", here), window("13:00", "16:00", there), window("17:00", "18:00")],
});
const needingRoom = { requires: [{ kind: "room", tags: ["sited"] }] };

const book = async (wish: object) =>
  call("POST", "/v1/appointments", { as: desk, at, body: { patient: await newPatient(), ...wish } });
const mustBook = async (wish: object) => {
  const { status, body } = await book(wish);
  expect(status).toBe(201);
  return body;
};

describe("a schedule's windows", () => {
  const replace = async (schedule: object, as: string = admin) => {
    const practitioner = await newPractitioner({ zone: "UTC", windows: [] });
    const headers = { "if-match": '"2"' };
    return call("PUT", `/v1/practitioners/${practitioner}/schedule`, { as, headers, body: schedule });
  };

  it("may name a location, those of exceptions too", async () => {
    const exceptions = [{ date: "2027-06-02", windows: [{ start: "09:00", end: "10:00", location: there }] }];
    const { status, body } = await replace({ ...inTurns(), exceptions });
    expect(status).toBe(200);
    const read = await mustCall("GET", `/v1/practitioners/${body.practitioner}/schedule`, { as: desk });
    expect(read).toMatchObject({ windows: [{ location: here }, { location: there }, {}], exceptions });
  });

  it("name none that the clinic does not have, or that is not active: 422", async () => {
    const closed = await add("/v1/locations", { name: "Closed", zone: "UTC", active: false });
    const foreign = await add("/v1/locations", { name: "Foreign", zone: "UTC" }, "admin@other.clinic");
    const nowhere = `loc_${"0".repeat(22)}`;
    const weekly = (location: string) => ({
      zone: "UTC",
      windows: [window("09:00", "12:00", here), window("13:00", "14:00", location)],
    });
    const exceptional = (location: string) => ({
      zone: "UTC",
      windows: [],
      exceptions: [{ date: "2027-06-02", windows: [{ start: "09:00", end: "10:00", location }] }],
    });
    const refused = (code: string, path: string) => ({ status: 422, body: { code, errors: [{ path }] } });
    for (const location of [nowhere, foreign]) {
      expect(await replace(weekly(location))).toMatchObject(refused("unknown-location", "windows.1.location"));
      const path = "exceptions.0.windows.0.location";
      expect(await replace(exceptional(location))).toMatchObject(refused("unknown-location", path));
    }
    expect(await replace(weekly(closed))).toMatchObject(refused("location-inactive", "windows.1.location"));
  });
});

describe("an appointment", () => {
  it("is where its window is, and moves from one location to another with its room", async () => {
    const practitioner = await newPractitioner(inTurns());
    const service = await newService([practitioner], needingRoom);
    const booked = await mustBook({ service, practitioner, start: onTheDay("09:00") });
    expect(booked).toMatchObject({ location: here, resources: [roomHere] });
    const path = `/v1/appointments/${booked.id}`;
    const move = (time: string) =>
      mustCall("POST", `${path}/reschedule`, { as: desk, at, body: { start: onTheDay(time) } });
    expect(await move("13:00")).toMatchObject({ location: there, resources: [roomThere] });
    expect(await mustCall("GET", path, { as: desk })).toMatchObject({ location: there });
    const nowhere = await move("17:00");
    expect(nowhere.location).toBeUndefined();
    expect(nowhere.resources).toHaveLength(1);
    expect((await mustCall("GET", path, { as: desk })).location).toBeUndefined();
  });

  it("takes no room of another location, and a search offers none", async () => {
    const [one, two] = await Promise.all([newPractitioner(inTurns()), newPractitioner(inTurns())]);
    const service = await newService([one, two], needingRoom);
    await mustBook({ service, practitioner: one, start: onTheDay("10:00") });
    const refused = await book({ service, practitioner: two, start: onTheDay("10:00") });
    expect(refused).toMatchObject({ status: 409, body: { code: "slot-taken" } });
    const range = `from=${onTheDay("09:30")}&to=${onTheDay("18:00")}&practitioner=${two}`;
    const { items } = await mustCall("GET", `/v1/availability?service=${service}&${range}`, { as: desk, at });
    const slots = items.map(({ start, location }: { start: string; location?: string }) => [start, location]);
    expect(slots.slice(0, 2)).toEqual([
      [onTheDay("09:30"), here],
      [onTheDay("10:30"), here],
    ]);
    expect(slots).toContainEqual([onTheDay("13:00"), there]);
    expect(slots).toContainEqual([onTheDay("17:30"), undefined]);
    for (const [start] of slots.slice(1, 3)) await mustBook({ service, practitioner: two, start });
  });

  it("of any practitioner goes to one whose location has a room", async () => {
    const [one, two] = await Promise.all([
      newPractitioner({ zone: "UTC", windows: [window("09:00", "12:00", here)] }),
      newPractitioner({ zone: "UTC", windows: [window("09:00", "12:00", there)] }),
    ]);
    const service = await newService([one, two], needingRoom);
    const start = "2027-06-03T09:00:00Z";
    const choices = [await mustBook({ service, start }), await mustBook({ service, start })];
    expect(choices.map(({ practitioner, location, resources }) => [practitioner, location, resources])).toEqual(
      expect.arrayContaining([
        [one, here, [roomHere]],
        [two, there, [roomThere]],
      ]),
    );
    // Whoever is less booked that day is asked first, and has no room then.
    const third = await newPractitioner({ zone: "UTC", windows: [window("09:00", "18:00", here)] });
    const busy = await newPractitioner({ zone: "UTC", windows: [window("09:00", "18:00", there)] });
    const other = await newService([third, busy]);
    const roomy = await newService([third, busy], needingRoom);
    await mustBook({ service: other, practitioner: busy, start: "2027-06-03T15:00:00Z" });
    await mustBook({ service: other, practitioner: busy, start: "2027-06-03T16:00:00Z" });
    await mustCall("POST", `/v1/appointments`, {
      as: desk,
      at,
      body: { patient: await newPatient(), service: roomy, practitioner: third, start: "2027-06-03T12:00:00Z" },
    });
    const helper = await newPractitioner({ zone: "UTC", windows: [window("09:00", "18:00", here)] });
    await mustBook({
      service: await newService([helper], needingRoom),
      practitioner: helper,
      start: "2027-06-03T14:00:00Z",
    });
    expect(await mustBook({ service: roomy, start: "2027-06-03T14:00:00Z" })).toMatchObject({
      practitioner: busy,
      location: there,
      resources: [roomThere],
    });
  });

  it("in a group shares the room of its location, and a full room is not made up for by another location's", async () => {
    const practitioner = await newPractitioner(inTurns());
    const service = await newService([practitioner], { ...needingRoom, capacity: 2 });
    const wish = { service, practitioner, start: "2027-06-06T13:00:00Z" };
    for (const booked of [await mustBook(wish), await mustBook(wish)])
      expect(booked).toMatchObject({ location: there, resources: [roomThere] });
    expect(await book(wish)).toMatchObject({ status: 409, body: { code: "slot-taken" } });
  });

  it("that was held is where the hold was", async () => {
    const practitioner = await newPractitioner(inTurns());
    const service = await newService([practitioner], needingRoom);
    const body = { service, practitioner, start: "2027-06-04T13:00:00Z" };
    const hold = await mustCall("POST", "/v1/holds", { as: desk, at, body });
    expect(hold).toMatchObject({ location: there, resources: [roomThere] });
    expect(await mustCall("GET", `/v1/holds/${hold.id}`, { as: desk, at })).toEqual(hold);
    expect(await mustBook({ hold: hold.id })).toMatchObject({ location: there, resources: [roomThere] });
  });

  it("of somebody who walks in is where the practitioner is", async () => {
    const practitioner = await newPractitioner(inTurns());
    const service = await newService([practitioner], { durationMinutes: 60 });
    const walkIn = async (time: string) => {
      const body = { patient: await newPatient(), service, practitioner, start: "now" };
      return mustCall("POST", "/v1/appointments", { as: desk, at: `2027-06-05T${time}:00Z`, body });
    };
    expect((await walkIn("11:30")).location).toBe(here);
    expect((await walkIn("13:10")).location).toBe(there);
    expect((await walkIn("19:00")).location).toBeUndefined();
  });
});
