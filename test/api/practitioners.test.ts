import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newClinic, newUser } from "../support/members.ts";
import { admin, ana, desk, newPractitioner, okafor, privacy } from "../support/world.ts";

const demo = "cln_DemoClinic000000000001";
const add = (body: unknown, as = admin) => call("POST", "/v1/practitioners", { as, body });
const mustAdd = (body: unknown, as = admin) => mustCall("POST", "/v1/practitioners", { as, body });
const patch = (id: string, version: number, body: unknown) =>
  call("PATCH", `/v1/practitioners/${id}`, { as: admin, body, headers: { "if-match": `"${version}"` } });
const taxonomy = { system: "http://nucc.org/provider-taxonomy" };
const newLocation = (as: string = admin) =>
  mustCall("POST", "/v1/locations", { as, body: { name: "Riverside", zone: "UTC" } });
const newIdentifier = () => ({ system: "http://hl7.org/fhir/sid/us-npi", value: randomUUID() });

describe("a practitioner", () => {
  const everything = () => ({
    name: { family: "Lindqvist", given: ["Maja", "Zoe\u0308"], text: "Dr. Maja Lindqvist" },
    specialty: "Pediatrics",
    specialties: [{ ...taxonomy, code: "208000000X", display: "Pediatrics Physician" }],
    roles: [{ system: "http://terminology.hl7.org/CodeSystem/practitioner-role", code: "doctor" }],
    email: "Maja@Example.com",
    phone: "+442079460958",
    identifier: newIdentifier(),
    active: false,
  });

  it("is added with every field as it was given, and is read so again", async () => {
    const given = everything();
    const { status, body, headers } = await add(given);
    const { id, version, createdAt, updatedAt, ...fields } = body;
    expect({ status, version, place: headers.get("location"), tag: headers.get("etag") }).toEqual({
      status: 201,
      version: 1,
      place: `/v1/practitioners/${id}`,
      tag: '"1"',
    });
    expect(fields).toEqual(given);
    expect(createdAt).toBe(updatedAt);
    for (const as of [admin, desk, okafor, ana, privacy])
      expect(await mustCall("GET", `/v1/practitioners/${id}`, { as })).toEqual(body);
  });

  it("needs a name alone, and is active", async () => {
    const practitioner = await mustAdd({ name: { text: "Dr. Who" } });
    expect(Object.keys(practitioner).sort()).toEqual(["active", "createdAt", "id", "name", "updatedAt", "version"]);
    expect(practitioner.active).toBe(true);
  });

  it("is listed with all others of the clinic, page by page, to everyone", async () => {
    const clinic = await newClinic();
    const added = await Promise.all(["A", "B", "C"].map((text) => mustAdd({ name: { text } }, clinic.admin)));
    const first = await mustCall("GET", "/v1/practitioners?limit=2", { as: clinic.desk });
    const second = await mustCall("GET", `/v1/practitioners?limit=2&cursor=${first.next}`, { as: clinic.desk });
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    expect([...first.items, ...second.items].sort(byId)).toEqual(added.sort(byId));
    expect(second.next).toBeUndefined();
  });

  it("is changed by a merge patch", async () => {
    const seen = await mustAdd(everything());
    const { status, body, headers } = await patch(seen.id, 1, { specialty: null, name: { given: null }, active: true });
    const { specialty, ...rest } = seen;
    const name = { family: "Lindqvist", text: "Dr. Maja Lindqvist" };
    expect(status).toBe(200);
    expect(body).toEqual({ ...rest, name, active: true, version: 2, updatedAt: body.updatedAt });
    expect(headers.get("etag")).toBe('"2"');
    expect(await mustCall("GET", `/v1/practitioners/${seen.id}`, { as: desk })).toEqual(body);
  });

  it("is changed only by who has seen it as it is", async () => {
    const { id } = await mustAdd({ name: { text: "Dr. Who" } });
    expect(await patch(id, 2, { active: false })).toMatchObject({ status: 412, body: { code: "stale-version" } });
    expect((await call("PATCH", `/v1/practitioners/${id}`, { as: admin, body: { active: false } })).status).toBe(428);
  });

  it("has a phone as it is dialled in the clinic's country", async () => {
    const { id, phone } = await mustAdd({ name: { text: "Dr. Who" }, phone: "(202) 555-0143" });
    expect(phone).toBe("+12025550143");
    expect(await patch(id, 1, { phone: "555" })).toMatchObject({ status: 400, body: { errors: [{ path: "phone" }] } });
  });

  it("works at locations of the clinic, at none that is nowhere or another clinic's", async () => {
    const [here, there, foreign] = await Promise.all([
      newLocation(),
      newLocation(),
      newLocation((await newClinic()).admin),
    ]);
    const name = { text: "Dr. Everywhere" };
    const seen = await mustAdd({ name, locations: [here.id, there.id] });
    expect(seen.locations).toEqual([here.id, there.id]);
    for (const unknown of [foreign.id, "loc_0000000000000000000000"]) {
      const errors = [expect.objectContaining({ path: "locations.1" })];
      const refused = { status: 422, body: { code: "unknown-location", errors } };
      expect(await add({ name, locations: [here.id, unknown] })).toMatchObject(refused);
      expect(await patch(seen.id, 1, { locations: [here.id, unknown] })).toMatchObject(refused);
    }
    expect(await patch(seen.id, 1, { locations: [there.id] })).toMatchObject({ body: { locations: [there.id] } });
  });

  it.each([desk, okafor, ana, privacy])("is not added or changed by %s", async (as) => {
    const id = await newPractitioner();
    expect((await add({ name: { text: "Dr. No" } }, as)).status).toBe(403);
    expect(
      (await call("PATCH", `/v1/practitioners/${id}`, { as, body: {}, headers: { "if-match": '"1"' } })).status,
    ).toBe(403);
  });
});

describe("a practitioner's identifier", () => {
  const name = { text: "Dr. Numbered" };
  const taken = (existing: string) => ({ status: 409, body: { code: "identifier-taken", existing } });

  it("is theirs alone, when added as when changed", async () => {
    const identifier = newIdentifier();
    const [first, other] = [await mustAdd({ name, identifier }), await mustAdd({ name })];
    expect(await add({ name, identifier })).toMatchObject(taken(first.id));
    expect(await patch(other.id, 1, { identifier })).toMatchObject(taken(first.id));
  });

  it("is another one under another system, wherever the two are joined", async () => {
    const value = randomUUID();
    const identifiers = [
      { system: "urn:one", value },
      { system: "urn:two", value },
      { system: "urn:one", value: `x|${value}` },
      { system: "urn:one|x", value },
    ];
    for (const identifier of identifiers) expect((await add({ name, identifier })).status).toBe(201);
  });

  it("is free once it is given up, and in another clinic at once", async () => {
    const [identifier, other] = [newIdentifier(), await newClinic()];
    const { id } = await mustAdd({ name, identifier });
    expect((await add({ name, identifier }, other.admin)).status).toBe(201);
    await patch(id, 1, { identifier: null });
    expect((await add({ name, identifier })).status).toBe(201);
  });

  it("may stay while other fields change", async () => {
    const { id, identifier } = await mustAdd({ name, identifier: newIdentifier() });
    expect(await patch(id, 1, { active: false })).toMatchObject({ status: 200, body: { identifier } });
  });
});

describe("a weekly schedule", () => {
  const replace = (id: string, version: number, body: unknown, as = desk) =>
    call("PUT", `/v1/practitioners/${id}/schedule`, { as, body, headers: { "if-match": `"${version}"` } });
  const hours = { days: ["mon"], start: "09:00", end: "12:00" };
  const newcomer = async () => (await mustAdd({ name: { text: "Dr. New" } })).id as string;

  it("is never open at first, in the clinic's zone", async () => {
    const id = await newcomer();
    const { body, headers } = await call("GET", `/v1/practitioners/${id}/schedule`, { as: ana });
    expect(body).toMatchObject({ practitioner: id, zone: "America/New_York", windows: [], exceptions: [], version: 1 });
    expect(headers.get("etag")).toBe('"1"');
  });

  it("is replaced whole, and read as it was written", async () => {
    const id = await newcomer();
    const written = {
      zone: "Asia/Kolkata",
      windows: [
        {
          days: ["mon", "sun"],
          start: "22:00",
          end: "06:00",
          effectiveFrom: "2028-02-29",
          effectiveUntil: "2028-12-31",
        },
        { days: ["tue"], start: "00:00", end: "00:00" },
      ],
      exceptions: [
        { date: "2027-12-24", closed: true },
        { date: "2027-12-31", windows: [{ start: "09:00", end: "12:55" }] },
      ],
    };
    const { status, body, headers } = await replace(id, 1, written);
    expect(status).toBe(200);
    const { outside, ...kept } = body;
    expect(kept).toEqual({ practitioner: id, ...written, version: 2, updatedAt: body.updatedAt });
    expect(outside).toEqual([]);
    expect(headers.get("etag")).toBe('"2"');
    expect(await mustCall("GET", `/v1/practitioners/${id}/schedule`, { as: desk })).toEqual(kept);
    expect((await replace(id, 2, { zone: "UTC", windows: [] })).body).toMatchObject({
      zone: "UTC",
      windows: [],
      exceptions: [],
      version: 3,
    });
  });

  it("is replaced only by who has seen it as it is", async () => {
    const id = await newcomer();
    const body = { zone: "UTC", windows: [] };
    expect((await replace(id, 1, body)).status).toBe(200);
    expect(await replace(id, 1, body)).toMatchObject({ status: 412, body: { code: "stale-version" } });
    expect(await call("PUT", `/v1/practitioners/${id}/schedule`, { as: desk, body })).toMatchObject({
      status: 428,
      body: { code: "if-match-required" },
    });
  });

  it("is for the desk and the admin to replace", async () => {
    const id = await newcomer();
    expect((await replace(id, 1, { zone: "UTC", windows: [] }, okafor)).status).toBe(403);
    expect((await replace(id, 1, { zone: "UTC", windows: [] }, admin)).status).toBe(200);
  });

  it.each([
    ["an unknown zone", { zone: "Mars/Olympus" }, "zone"],
    ["an offset for a zone", { zone: "+05:30" }, "zone"],
    ["no zone", { zone: undefined }, "zone"],
    ["no windows", { windows: undefined }, "windows"],
    ["25 o'clock", { windows: [{ ...hours, end: "25:00" }] }, "windows.0.end"],
    ["24 o'clock", { windows: [{ ...hours, end: "24:00" }] }, "windows.0.end"],
    ["an hour of one digit", { windows: [hours, { ...hours, start: "9:00" }] }, "windows.1.start"],
    ["seconds", { windows: [{ ...hours, start: "09:00:00" }] }, "windows.0.start"],
    ["a time off the five-minute mark", { windows: [{ ...hours, start: "09:02" }] }, "windows.0.start"],
    ["an unknown day", { windows: [{ ...hours, days: ["mon", "monday"] }] }, "windows.0.days.1"],
    ["no day", { windows: [{ ...hours, days: [] }] }, "windows.0.days"],
    [
      "a first day that no calendar has",
      { windows: [{ ...hours, effectiveFrom: "2027-02-29" }] },
      "windows.0.effectiveFrom",
    ],
    ["an unknown field", { windows: [{ ...hours, room: "1" }] }, "windows.0.room"],
    ["an exception that is neither closed nor open", { exceptions: [{ date: "2027-12-24" }] }, "exceptions.0"],
    [
      "an exception that is both",
      { exceptions: [{ date: "2027-12-24", closed: true, windows: [{ start: "09:00", end: "10:00" }] }] },
      "exceptions.0",
    ],
    ["an exception that is not closed", { exceptions: [{ date: "2027-12-24", closed: false }] }, "exceptions.0"],
    [
      "an exception with hours of its own days",
      { exceptions: [{ date: "2027-12-24", windows: [hours] }] },
      "exceptions.0.windows.0.days",
    ],
    ["an exception without a date", { exceptions: [{ closed: true }] }, "exceptions.0"],
    ["more windows than 100", { windows: Array.from({ length: 101 }, () => hours) }, "windows"],
  ])("with %s is refused by its place", async (_, wrong, path) => {
    const id = await newcomer();
    const answer = await replace(id, 1, { zone: "UTC", windows: [hours], ...wrong });
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid-request", errors: [{ path }] } });
  });
});

describe("time off", () => {
  const path = (practitioner: string) => `/v1/practitioners/${practitioner}/time-off`;
  const take = (practitioner: string, body: unknown, as = desk) => call("POST", path(practitioner), { as, body });
  const june = { start: "2027-06-01T09:00:00Z", end: "2027-06-01T10:00:00Z" };

  /** A user who is a practitioner of the demo clinic. */
  async function newDoctor() {
    const practitioner = await newPractitioner();
    const { email } = await newUser({ clinic: demo, role: "practitioner", person: practitioner });
    return { practitioner, email };
  }

  it("is kept as it was given, its times in UTC", async () => {
    const practitioner = await newPractitioner();
    const asked = {
      start: "2027-06-01T09:00:00.5-04:00",
      end: "2027-08-30T09:00:00.5-04:00",
      reason: "parental leave",
    };
    const { status, body, headers } = await take(practitioner, asked);
    const kept = {
      id: body.id,
      practitioner,
      start: "2027-06-01T13:00:00.500Z",
      end: "2027-08-30T13:00:00.500Z",
      reason: "parental leave",
    };
    expect(status).toBe(201);
    const { outside, ...added } = body;
    expect(added).toEqual({ ...kept, createdAt: body.createdAt });
    expect(outside).toEqual([]);
    expect(headers.get("location")).toBe(`${path(practitioner)}/${body.id}`);
    expect(await mustCall("GET", path(practitioner), { as: desk })).toEqual({ items: [added] });
  });

  it("is listed earliest first, page by page", async () => {
    const practitioner = await newPractitioner();
    const days = ["2027-06-03", "2027-06-01", "2027-06-02"];
    await Promise.all(days.map((day) => take(practitioner, { start: `${day}T09:00:00Z`, end: `${day}T10:00:00Z` })));
    const first = await mustCall("GET", `${path(practitioner)}?limit=2`, { as: okafor });
    const second = await mustCall("GET", `${path(practitioner)}?limit=2&cursor=${first.next}`, { as: okafor });
    const listed = [...first.items, ...second.items].map(({ start }: { start: string }) => start.slice(0, 10));
    expect(listed).toEqual(days.toSorted());
    expect(second.next).toBeUndefined();
  });

  it("is given back once", async () => {
    const practitioner = await newPractitioner();
    const { id } = (await take(practitioner, june)).body;
    const giveBack = () => call("DELETE", `${path(practitioner)}/${id}`, { as: desk });
    expect(await giveBack()).toMatchObject({ status: 204, body: "" });
    expect((await giveBack()).status).toBe(404);
    expect(await mustCall("GET", path(practitioner), { as: desk })).toEqual({ items: [] });
  });

  it.each([
    ["longer than 90 days", { start: "2027-06-01T09:00:00Z", end: "2027-08-30T09:00:00.001Z" }, "end"],
    ["that ends before it starts", { start: june.end, end: june.start }, "end"],
    ["that ends as it starts", { start: june.start, end: june.start }, "end"],
    ["without an end", { start: june.start }, "end"],
    ["in local time", { ...june, start: "2027-06-01T09:00:00" }, "start"],
    ["with an empty reason", { ...june, reason: "" }, "reason"],
  ])("%s is refused", async (_, body, at) => {
    expect(await take(await newPractitioner(), body)).toMatchObject({ status: 400, body: { errors: [{ path: at }] } });
  });

  it("is a practitioner's own to arrange, and nobody else's", async () => {
    const [doctor, other] = await Promise.all([newDoctor(), newPractitioner()]);
    const { body } = await take(doctor.practitioner, june, doctor.email);
    expect((await call("DELETE", `${path(doctor.practitioner)}/${body.id}`, { as: doctor.email })).status).toBe(204);
    const { outside, ...theirs } = (await take(other, june)).body;
    const refused = { status: 403, body: { code: "own-time-only" } };
    expect(await take(other, june, doctor.email)).toMatchObject(refused);
    expect(await call("DELETE", `${path(other)}/${theirs.id}`, { as: doctor.email })).toMatchObject(refused);
    expect(await mustCall("GET", path(other), { as: doctor.email })).toEqual({ items: [theirs] });
  });

  it.each([ana, privacy])("is not for %s to see or arrange", async (as) => {
    const practitioner = await newPractitioner();
    expect((await take(practitioner, june, as)).status).toBe(403);
    expect((await call("GET", path(practitioner), { as })).status).toBe(403);
  });
});

describe("a schedule that contradicts itself", () => {
  it.each([
    [
      "a window that ends before it takes effect",
      {
        windows: [
          { days: ["mon"], start: "09:00", end: "10:00", effectiveFrom: "2027-02-01", effectiveUntil: "2027-01-31" },
        ],
      },
      "windows.0.effectiveUntil",
    ],
    [
      "two exceptions for one date",
      {
        windows: [],
        exceptions: [
          { date: "2027-01-01", closed: true },
          { date: "2027-01-01", closed: true },
        ],
      },
      "exceptions",
    ],
  ])("is refused: %s", async (_, fields, path) => {
    const practitioner = await newPractitioner();
    const answer = await call("PUT", `/v1/practitioners/${practitioner}/schedule`, {
      as: admin,
      headers: { "if-match": '"2"' },
      body: { zone: "UTC", ...fields },
    });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });
});
