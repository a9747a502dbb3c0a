import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newClinic } from "../support/members.ts";
import { admin, desk } from "../support/world.ts";

const add = (body: unknown, as = admin) => call("POST", "/v1/locations", { as, body });
const mustAdd = (body: unknown, as = admin) => mustCall("POST", "/v1/locations", { as, body });
const patch = (id: string, version: number, body: unknown, as = admin) =>
  call("PATCH", `/v1/locations/${id}`, { as, body, headers: { "if-match": `"${version}"` } });
const plain = { name: "Plain", zone: "Europe/Berlin" };
const newIdentifier = () => ({ system: "urn:places", value: randomUUID() });

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

  it("needs a name and a zone alone, and is active", async () => {
    const location = await mustAdd(plain);
    expect(location).toMatchObject({ ...plain, active: true });
    expect(location).not.toHaveProperty("address");
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
