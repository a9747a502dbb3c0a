import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { dumpFamily } from "../support/tables.ts";
import { admin, desk, newPatient, newPatients, newPractitioner, newScene, newService } from "../support/world.ts";

const at = "2026-11-01T00:00:00Z";
const day = "2027-03-01";
const nine = `${day}T09:00:00Z`;

const book = (service: string, patient: string, start: string, more: object = {}) =>
  call("POST", "/v1/appointments", { as: desk, at, body: { service, patient, start, ...more } });
const hold = (service: string, start: string, now = at) =>
  call("POST", "/v1/holds", { as: desk, at: now, body: { service, start } });
const startsOf = async (service: string, now = at) => {
  const path = `/v1/availability?service=${service}&from=${day}T08:00:00Z&to=${day}T11:00:00Z&limit=100`;
  const { items } = await mustCall("GET", path, { as: desk, at: now });
  return items.map(({ start }: { start: string }) => start.slice(11, 16));
};
const statusesOf = (answers: { status: number; body: Record<string, unknown> }[]) =>
  Object.entries(Object.groupBy(answers, ({ status, body }) => [status, body["code"]].filter(Boolean).join(" "))).map(
    ([status, its]) => `${its?.length} times ${status}`,
  );

describe("a service that receives several patients together", () => {
  it.each([10, 30])("takes %i patients at one time and not one more, under contention", async (capacity) => {
    const { service, practitioner } = await newScene(undefined, { capacity });
    const patients = await newPatients(40);
    const answers = await Promise.all(patients.map((patient) => book(service, patient, nine)));
    expect(statusesOf(answers).sort()).toEqual(
      [`${40 - capacity} times 409 slot-taken`, `${capacity} times 201`].sort(),
    );
    const events = (await dumpFamily("APPOINTMENT")).filter(
      (row) => row["practitioner"] === practitioner && row["sk"] === "APPOINTMENT",
    );
    expect(events).toHaveLength(capacity);
  });

  it("is offered until it is full, and again when one cancels", async () => {
    const { service } = await newScene(undefined, { capacity: 2 });
    const [one, two, three] = (await newPatients(3)) as [string, string, string];
    const first = await book(service, one, nine);
    expect(await startsOf(service)).toContain("09:00");
    await book(service, two, nine);
    expect(await startsOf(service)).not.toContain("09:00");
    expect(await book(service, three, nine)).toMatchObject({ status: 409, body: { code: "slot-taken" } });
    await mustCall("POST", `/v1/appointments/${first.body.id}/cancel`, { as: desk, at, body: {} });
    expect(await startsOf(service)).toContain("09:00");
    expect((await book(service, three, nine)).status).toBe(201);
  });

  it("still books a patient once only", async () => {
    const { service, patient } = await newScene(undefined, { capacity: 5 });
    expect((await book(service, patient, nine)).status).toBe(201);
    expect(await book(service, patient, nine)).toMatchObject({ status: 409, body: { code: "slot-taken" } });
  });

  it("counts the strictest capacity among those that overlap", async () => {
    const { service: five, practitioner } = await newScene(undefined, { capacity: 5, slotIntervalMinutes: 15 });
    const two = await newService([practitioner], { capacity: 2 });
    const patients = (await newPatients(5)) as [string, string, string, string, string];
    expect((await book(five, patients[0], nine)).status).toBe(201);
    expect((await book(two, patients[1], nine)).status).toBe(201);
    // Two are there, and one of them is of a kind that wants two at most.
    expect((await book(five, patients[2], nine)).status).toBe(409);
    expect((await book(five, patients[2], `${day}T09:15:00Z`)).status).toBe(409);
    expect((await book(five, patients[2], `${day}T09:30:00Z`)).status).toBe(201);
    expect((await book(five, patients[3], `${day}T09:45:00Z`)).status).toBe(201);
    expect((await book(two, patients[4], `${day}T09:30:00Z`)).status).toBe(409);
    expect(await startsOf(two)).toEqual(["08:00", "08:30", "10:00", "10:30"]);
  });

  it("does not share with a service that is for one, in either order, be it in parallel", async () => {
    for (let round = 0; round < 5; round++) {
      const { service: group, practitioner } = await newScene(undefined, { capacity: 8 });
      const alone = await newService([practitioner]);
      const patients = (await newPatients(4)) as [string, string, string, string];
      const answers = await Promise.all([
        book(group, patients[0], nine),
        book(alone, patients[1], nine),
        book(group, patients[2], nine),
        book(alone, patients[3], nine),
      ]);
      const booked = answers.map(({ status }, n) => (status === 201 ? (n % 2 === 0 ? "group" : "alone") : undefined));
      expect([["group", "group"], ["alone"]]).toContainEqual(booked.filter(Boolean));
    }
  });

  it("holds a place for a while; a lapsed hold's place is another's, and a late confirmation is 410", async () => {
    const { service } = await newScene(undefined, { capacity: 2 });
    const patients = (await newPatients(3)) as [string, string, string];
    const held = await hold(service, nine);
    expect(held.status).toBe(201);
    expect((await book(service, patients[0], nine)).status).toBe(201);
    expect((await book(service, patients[1], nine)).status).toBe(409);
    const later = "2026-11-01T00:05:01Z";
    expect(await startsOf(service, later)).toContain("09:00");
    const body = { service, patient: patients[1], start: nine };
    expect((await call("POST", "/v1/appointments", { as: desk, at: later, body })).status).toBe(201);
    const late = { as: desk, at, body: { hold: held.body.id, patient: patients[2] } };
    expect(await call("POST", "/v1/appointments", late)).toMatchObject({ status: 410, body: { code: "hold-expired" } });
  });

  it("takes over the time of a lapsed hold for one, which cannot be confirmed late beside the group", async () => {
    const { service: group, practitioner } = await newScene(undefined, { capacity: 3 });
    const alone = await newService([practitioner]);
    const patients = (await newPatients(2)) as [string, string];
    const held = await hold(alone, nine);
    const body = { service: group, patient: patients[0], start: nine };
    const joined = await call("POST", "/v1/appointments", { as: desk, at: "2026-11-01T00:05:01Z", body });
    expect(joined.status).toBe(201);
    // It came in when the hold still counted, and was kept up on its way.
    const late = { as: desk, at: "2026-11-01T00:04:59Z", body: { hold: held.body.id, patient: patients[1] } };
    expect(await call("POST", "/v1/appointments", late)).toMatchObject({ status: 410, body: { code: "hold-expired" } });
  });

  it("confirms a held place, which is then taken for good, and gives back one that is released", async () => {
    const { service } = await newScene(undefined, { capacity: 2 });
    const patients = (await newPatients(3)) as [string, string, string];
    const [kept, given] = [await hold(service, nine), await hold(service, nine)];
    expect((await hold(service, nine)).status).toBe(409);
    await mustCall("DELETE", `/v1/holds/${given.body.id}`, { as: desk, at });
    const confirmation = { as: desk, at, body: { hold: kept.body.id, patient: patients[0] } };
    expect((await call("POST", "/v1/appointments", confirmation)).status).toBe(201);
    expect((await book(service, patients[1], nine)).status).toBe(201);
    const afterAll = { as: desk, at: "2026-11-02T00:00:00Z", body: { service, patient: patients[2], start: nine } };
    expect((await call("POST", "/v1/appointments", afterAll)).status).toBe(409);
  });

  it("moves one patient of a group, also onto their own place, and gives the next what they leave", async () => {
    const { service: group } = await newScene(undefined, { capacity: 2 });
    const patients = (await newPatients(3)) as [string, string, string];
    const moved = await book(group, patients[0], nine);
    await book(group, patients[1], nine);
    expect((await book(group, patients[2], nine)).status).toBe(409);
    const to = (start: string) =>
      call("POST", `/v1/appointments/${moved.body.id}/reschedule`, { as: desk, at, body: { start } });
    expect((await to(nine)).status).toBe(200);
    expect((await to(`${day}T10:00:00Z`)).status).toBe(200);
    expect((await book(group, patients[2], nine)).status).toBe(201);
    expect((await to(nine)).status).toBe(409);
  });

  it("keeps a group in one room, another practitioner's in another, and refuses a third", async () => {
    const location = await mustCall("POST", "/v1/locations", { as: admin, body: { name: "Annex", zone: "UTC" } });
    const tag = `group-${day}-${Math.random().toString(36).slice(2, 8)}`;
    const room = () =>
      mustCall("POST", "/v1/resources", {
        as: admin,
        body: { name: "Hall", kind: "room", location: location.id, tags: [tag] },
      });
    await room();
    await room();
    const practitioners = await Promise.all([newPractitioner(), newPractitioner(), newPractitioner()]);
    const requires = [{ kind: "room", tags: [tag] }];
    const service = await newService(practitioners, { capacity: 3, requires });
    const booked: [string | undefined, string][] = [];
    for (const practitioner of [...practitioners.slice(0, 2), ...practitioners.slice(0, 2)]) {
      const { body } = await book(service, await newPatient(), nine, { practitioner });
      booked.push([practitioner, body.resources.join()]);
    }
    const rooms = new Map(booked);
    expect(rooms.size).toBe(2);
    expect(new Set(rooms.values()).size).toBe(2);
    for (const [practitioner, where] of booked) expect(rooms.get(practitioner)).toBe(where);
    const third = await book(service, await newPatient(), nine, { practitioner: practitioners[2] });
    expect(third).toMatchObject({ status: 409, body: { code: "slot-taken" } });
  });
});

describe("a service that admits so many appointments a day", () => {
  it("gives that many and not one more, under contention; the next day is another", async () => {
    const { service } = await newScene(undefined, { policy: { maxPerDay: 3 } });
    const patients = await newPatients(10);
    const answers = await Promise.all(
      patients.map((patient, n) => book(service, patient, `${day}T${String(9 + n)}:00:00Z`.replace("T9:", "T09:"))),
    );
    expect(statusesOf(answers).sort()).toEqual(["3 times 201", "7 times 422 too-many-that-day"]);
    expect(await startsOf(service)).toEqual([]);
    expect((await book(service, patients[0] as string, "2027-03-02T09:00:00Z")).status).toBe(201);
  });

  it("counts by the local day of the practitioner's zone", async () => {
    const windows = [{ days: ["mon", "tue"], start: "00:00", end: "00:00" }];
    const { service } = await newScene({ zone: "America/New_York", windows }, { policy: { maxPerDay: 1 } });
    const patients = (await newPatients(3)) as [string, string, string];
    // Monday evening in New York is Tuesday in UTC.
    expect((await book(service, patients[0], "2027-03-02T02:00:00Z")).status).toBe(201);
    expect((await book(service, patients[1], "2027-03-01T15:00:00Z")).body.code).toBe("too-many-that-day");
    expect((await book(service, patients[1], "2027-03-02T15:00:00Z")).status).toBe(201);
  });

  it("gives a cancelled one's place to the next, and counts a move out of the day and back", async () => {
    const { service } = await newScene(undefined, { policy: { maxPerDay: 1 } });
    const patients = (await newPatients(2)) as [string, string];
    const first = await book(service, patients[0], nine);
    const move = (start: string) =>
      call("POST", `/v1/appointments/${first.body.id}/reschedule`, { as: desk, at, body: { start } });
    expect((await move(`${day}T10:00:00Z`)).status).toBe(200);
    expect((await move("2027-03-02T10:00:00Z")).status).toBe(200);
    const second = await book(service, patients[1], nine);
    expect(second.status).toBe(201);
    expect((await move(nine)).body.code).toBe("too-many-that-day");
    await mustCall("POST", `/v1/appointments/${second.body.id}/cancel`, { as: desk, at, body: {} });
    expect((await move(`${day}T11:00:00Z`)).status).toBe(200);
  });
});
