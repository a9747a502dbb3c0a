import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newClinic } from "../support/members.ts";
import { dumpFamily } from "../support/tables.ts";
import { admin, ana, desk, okafor, privacy } from "../support/world.ts";

const add = (body: unknown, as = admin) => call("POST", "/v1/locations", { as, body });
const mustAdd = (body: unknown, as = admin) => mustCall("POST", "/v1/locations", { as, body });
const patch = (id: string, version: number, body: unknown, as = admin) =>
  call("PATCH", `/v1/locations/${id}`, { as, body, headers: { "if-match": `"${version}"` } });
const plain = { name: "Plain", zone: "Europe/Berlin" };
const newIdentifier = () => ({ system: "urn:places", value: randomUUID() });
const nowhere = "loc_0000000000000000000000";

describe("a location", () => {
  const everything = () => ({
    name: "Praxis am Fluß, 2. Stock 🏥",
    zone: "Asia/Kolkata",
    address: { lines: ["4 Mill Street", "Second floor"], city: "Albany", postalCode: "12207", country: "US" },
    phone: "+911123456789",
    managingOrganization: { name: "Kliniken am Fluß", identifier: { system: "urn:zyx", value: "K-1" } },
    identifier: newIdentifier(),
    active: false,
  });

  it("is added with every field as it was given, and is read so again by everyone", async () => {
    const given = everything();
    const { status, body, headers } = await add(given);
    const { id, version, createdAt, updatedAt, ...fields } = body;
    expect({ status, version, place: headers.get("location"), tag: headers.get("etag") }).toEqual({
      status: 201,
      version: 1,
      place: `/v1/locations/${id}`,
      tag: '"1"',
    });
    expect(fields).toEqual(given);
    expect(createdAt).toBe(updatedAt);
    for (const as of [admin, desk, okafor, ana, privacy])
      expect(await mustCall("GET", `/v1/locations/${id}`, { as })).toEqual(body);
  });

  it("needs a name and a zone alone, and is active", async () => {
    const location = await mustAdd(plain);
    expect(location).toMatchObject({ ...plain, active: true });
    expect(location).not.toHaveProperty("address");
  });

  it("is listed with all others of the clinic, page by page", async () => {
    const clinic = await newClinic();
    const added = await Promise.all(["A", "B", "C"].map((name) => mustAdd({ ...plain, name }, clinic.admin)));
    const first = await mustCall("GET", "/v1/locations?limit=2", { as: clinic.desk });
    const second = await mustCall("GET", `/v1/locations?limit=2&cursor=${first.next}`, { as: clinic.desk });
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    expect(first.items).toHaveLength(2);
    expect([...first.items, ...second.items]).toEqual(added.sort(byId));
    expect(second.next).toBeUndefined();
  });

  it("is not listed from a cursor that was tampered with, or is another list's", async () => {
    await Promise.all([mustAdd(plain), mustAdd(plain)]);
    const { next } = await mustCall("GET", "/v1/locations?limit=1", { as: desk });
    for (const path of [`/v1/locations?limit=1&cursor=${next.slice(0, -4)}`, `/v1/services?limit=1&cursor=${next}`])
      expect(await call("GET", path, { as: desk })).toMatchObject({ status: 400, body: { code: "bad-cursor" } });
  });

  it("is changed by a merge patch, null putting back what is usual", async () => {
    const seen = await mustAdd(everything());
    const change = { name: "Renamed", address: { lines: null, city: "Troy" }, phone: null, active: null };
    const { status, body, headers } = await patch(seen.id, 1, change);
    expect({ status, tag: headers.get("etag") }).toEqual({ status: 200, tag: '"2"' });
    const { phone, ...rest } = seen;
    expect(body).toEqual({
      ...rest,
      name: "Renamed",
      address: { city: "Troy", postalCode: "12207", country: "US" },
      active: true,
      version: 2,
      updatedAt: body.updatedAt,
    });
    expect(await mustCall("GET", `/v1/locations/${seen.id}`, { as: desk })).toEqual(body);
  });

  it("is changed only by who has seen it as it is", async () => {
    const { id } = await mustAdd(plain);
    expect(await patch(id, 2, { active: false })).toMatchObject({ status: 412, body: { code: "stale-version" } });
    expect((await call("PATCH", `/v1/locations/${id}`, { as: admin, body: {} })).status).toBe(428);
    const both = await Promise.all(["A", "B"].map((name) => patch(id, 1, { name })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it.each([desk, okafor, ana, privacy])("is not added or changed by %s", async (as) => {
    const { id } = await mustAdd(plain);
    expect((await add(plain, as)).status).toBe(403);
    expect((await patch(id, 1, {}, as)).status).toBe(403);
  });

  it("of another clinic is as one that is nowhere", async () => {
    const { id } = await mustAdd(plain);
    const { admin: as } = await newClinic();
    for (const one of [id, nowhere]) {
      const missing = { status: 404, body: { code: "not-found" } };
      expect(await call("GET", `/v1/locations/${one}`, { as })).toMatchObject(missing);
      expect(await patch(one, 1, { name: "Taken over" }, as)).toMatchObject(missing);
    }
    expect(await mustCall("GET", "/v1/locations", { as })).toEqual({ items: [] });
    expect(await mustCall("GET", `/v1/locations/${id}`, { as: admin })).toMatchObject(plain);
  });

  it("tells by an event that it was added and that it was changed", async () => {
    const { id } = await mustAdd(plain);
    await patch(id, 1, { active: false });
    const events = (await dumpFamily("EVENT")).filter((event) => event["location"] === id);
    const told = events.map(({ type, version }) => ({ type, version }));
    expect(told.sort((a, b) => Number(a.version) - Number(b.version))).toEqual([
      { type: "location.added", version: 1 },
      { type: "location.changed", version: 2 },
    ]);
  });
});

describe("a location's identifier", () => {
  const taken = (existing: string) => ({ status: 409, body: { code: "identifier-taken", existing } });

  it("is its alone, when added as when changed, and free once it is given up", async () => {
    const identifier = newIdentifier();
    const [first, other] = [await mustAdd({ ...plain, identifier }), await mustAdd(plain)];
    expect(await add({ ...plain, identifier })).toMatchObject(taken(first.id));
    expect(await patch(other.id, 1, { identifier })).toMatchObject(taken(first.id));
    await patch(first.id, 1, { identifier: null });
    expect(await patch(other.id, 1, { identifier })).toMatchObject({ status: 200, body: { identifier } });
  });

  it("may be that of a location of another clinic, or of a practitioner", async () => {
    const identifier = newIdentifier();
    await mustAdd({ ...plain, identifier });
    expect((await add({ ...plain, identifier }, (await newClinic()).admin)).status).toBe(201);
    const practitioner = { name: { text: "Dr. Placed" }, identifier };
    expect((await call("POST", "/v1/practitioners", { as: admin, body: practitioner })).status).toBe(201);
  });
});

describe("a location's fields", () => {
  it("have the phone as it is dialled in the clinic's country", async () => {
    const { id, phone } = await mustAdd({ ...plain, phone: "(202) 555-0143" });
    expect(phone).toBe("+12025550143");
    expect(await patch(id, 1, { phone: "555" })).toMatchObject({ status: 400, body: { errors: [{ path: "phone" }] } });
  });

  it.each([
    ["no name", { name: undefined }, "name"],
    ["an empty name", { name: "" }, "name"],
    ["a name of 201 characters", { name: "x".repeat(201) }, "name"],
    ["no zone", { zone: undefined }, "zone"],
    ["an offset as zone", { zone: "+05:30" }, "zone"],
    ["a zone that is nowhere", { zone: "Europe/Atlantis" }, "zone"],
    ["a country by its name", { address: { country: "India" } }, "address.country"],
    ["an unknown field of the address", { address: { planet: "Earth" } }, "address.planet"],
    ["a managing organization without a name", { managingOrganization: {} }, "managingOrganization.name"],
    ["a word for whether it is active", { active: "yes" }, "active"],
    ["an unknown field", { floor: 2 }, "floor"],
  ])("with %s are refused, when added as when changed", async (_, wrong, path) => {
    const errors = expect.arrayContaining([expect.objectContaining({ path })]);
    const refused = { status: 400, body: { code: "invalid-request", errors } };
    expect(await add({ ...plain, ...wrong })).toMatchObject(refused);
    const { id } = await mustAdd(plain);
    const removed = Object.fromEntries(Object.entries(wrong).map(([name, value]) => [name, value ?? null]));
    expect(await patch(id, 1, removed)).toMatchObject(refused);
  });
});
