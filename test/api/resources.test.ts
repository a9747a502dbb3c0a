import { describe, expect, it } from "vitest";
import { candidatesFor, type Resource } from "../../functions/resources/model.ts";
import { call, mustCall } from "../support/client.ts";
import { newClinic } from "../support/members.ts";
import { admin, desk } from "../support/world.ts";

const add = (body: unknown, as = admin) => call("POST", "/v1/resources", { as, body });
const mustAdd = (body: unknown, as = admin) => mustCall("POST", "/v1/resources", { as, body });
const patch = (id: string, version: number, body: unknown, as = admin) =>
  call("PATCH", `/v1/resources/${id}`, { as, body, headers: { "if-match": `"${version}"` } });
const newLocation = async (as = admin): Promise<string> =>
  (await mustCall("POST", "/v1/locations", { as, body: { name: "Somewhere", zone: "UTC" } })).id;
const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
const plain = { name: "Plain", kind: "room" };
const nowhere = "res_0000000000000000000000";

describe("a resource", () => {
  it("needs a name and a kind alone, is active, has no tags and is at no location", async () => {
    const resource = await mustAdd(plain);
    expect(resource).toMatchObject({ ...plain, tags: [], active: true });
    expect(resource).not.toHaveProperty("location");
  });

  it("is changed by a merge patch, null putting back what is usual", async () => {
    const seen = await mustAdd({ name: "Sonografie", kind: "device", tags: ["3d"], location: await newLocation() });
    const { status, body, headers } = await patch(seen.id, 1, { name: "Renamed", tags: null, location: null });
    const { location, ...rest } = seen;
    expect({ status, tag: headers.get("etag") }).toEqual({ status: 200, tag: '"2"' });
    expect(body).toEqual({ ...rest, name: "Renamed", tags: [], version: 2, updatedAt: body.updatedAt });
    expect(await mustCall("GET", `/v1/resources/${seen.id}`, { as: desk })).toEqual(body);
  });
});

describe("where a resource is", () => {
  const expected = "a location of this clinic";
  const errors = [{ path: "location", expected, message: `location should be ${expected}` }];
  const refused = { status: 422, body: { code: "unknown-location", errors } };

  it("is a location of the clinic, when added as when changed", async () => {
    const location = "loc_0000000000000000000000";
    expect(await add({ ...plain, location })).toMatchObject(refused);
    const { id } = await mustAdd(plain);
    expect(await patch(id, 1, { location })).toMatchObject(refused);
    expect((await patch(id, 1, { location: await newLocation() })).status).toBe(200);
  });

  it("is not another clinic's location", async () => {
    const location = await newLocation((await newClinic()).admin);
    expect(await add({ ...plain, location })).toMatchObject(refused);
  });
});

describe("a resource's fields", () => {
  it.each([
    ["no name", { name: undefined }, "name"],
    ["a name of 201 characters", { name: "x".repeat(201) }, "name"],
    ["no kind", { kind: undefined }, "kind"],
    ["an unknown kind", { kind: "sofa" }, "kind"],
    ["a tag in capitals", { tags: ["x-ray", "MRI"] }, "tags.1"],
    ["a tag that begins with a hyphen", { tags: ["-ray"] }, "tags.0"],
    ["a tag of 41 letters", { tags: ["x".repeat(41)] }, "tags.0"],
    ["21 tags", { tags: Array.from({ length: 21 }, (_, place) => `tag-${place}`) }, "tags"],
    ["another thing's id as location", { location: nowhere }, "location"],
    ["an unknown field", { seats: 3 }, "seats"],
  ])("with %s are refused, when added as when changed", async (_, wrong, path) => {
    const errors = expect.arrayContaining([expect.objectContaining({ path })]);
    const refused = { status: 400, body: { code: "invalid-request", errors } };
    expect(await add({ ...plain, ...wrong })).toMatchObject(refused);
    const { id } = await mustAdd(plain);
    const removed = Object.fromEntries(Object.entries(wrong).map(([name, value]) => [name, value ?? null]));
    expect(await patch(id, 1, removed)).toMatchObject(refused);
  });
});

describe("all of a clinic's resources", () => {
  it("are found in the order of their ids, though they are more than one read gives", async () => {
    const clinic = await newClinic();
    const added: Resource[] = await Promise.all(
      ["A", "B", "C", "D"].map((name) => mustAdd({ ...plain, name }, clinic.admin)),
    );
    const { commitAll, put } = await import("../../functions/kernel/commit.ts");
    const { findAllResources, findResources, resourceAt } = await import("../../functions/resources/store.ts");
    // DynamoDB gives a megabyte at a time: three rows of 390 KB are more.
    const wide = (one: Resource) => put(resourceAt(clinic.clinic, one.id), { ...one, padding: "x".repeat(390_000) });
    await commitAll(added.map(wide));
    expect((await findResources(clinic.clinic)).last).toBeDefined();
    expect(await findAllResources(clinic.clinic)).toEqual(added.sort(byId));
  });
});

describe("the candidates for what a service requires", () => {
  const one = (name: string, fields: Partial<Resource> = {}): Resource => ({
    id: `res_${name}`,
    name,
    kind: "room",
    tags: [],
    active: true,
    version: 1,
    createdAt: "2026-12-01T14:00:00Z",
    updatedAt: "2026-12-01T14:00:00Z",
    ...fields,
  });
  const names = (...asked: Parameters<typeof candidatesFor>) => candidatesFor(...asked).map(({ name }) => name);

  it("are those of its kind", () => {
    const all = [one("A"), one("B", { kind: "device" })];
    expect(names(all, { kind: "room" })).toEqual(["A"]);
    expect(names(all, { kind: "device" })).toEqual(["B"]);
  });

  it("have all of its tags, and may have more", () => {
    const all = [one("A", { tags: ["sink"] }), one("B", { tags: ["dark", "sink", "wide"] }), one("C")];
    expect(names(all, { kind: "room", tags: ["sink", "dark"] })).toEqual(["B"]);
    expect(names(all, { kind: "room", tags: [] })).toEqual(["A", "B", "C"]);
    expect(names(all, { kind: "room", tags: ["x-ray"] })).toEqual([]);
  });

  it("are active", () => {
    expect(names([one("A", { active: false }), one("B")], { kind: "room" })).toEqual(["B"]);
  });

  it("come in the order of their ids, whatever order they were given in, which stays as it was", () => {
    const all = [one("b"), one("B"), one("1"), one("a")];
    expect(names(all, { kind: "room" })).toEqual(["1", "B", "a", "b"]);
    expect(all.map(({ name }) => name)).toEqual(["b", "B", "1", "a"]);
  });
});

describe("what a service requires", () => {
  const service = { name: "Ultrasound", durationMinutes: 30 };
  const requires = [{ kind: "room", tags: ["dark"] }, { kind: "device", tags: ["ultrasound", "3d"] }, { kind: "room" }];
  const change = (id: string, version: number, body: object) =>
    mustCall("PATCH", `/v1/services/${id}`, { as: admin, body, headers: { "if-match": `"${version}"` } });
  const read = (id: string) => mustCall("GET", `/v1/services/${id}`, { as: desk });

  it("is kept as it was given, and read and listed so", async () => {
    const clinic = await newClinic();
    const added = await mustCall("POST", "/v1/services", { as: clinic.admin, body: { ...service, requires } });
    expect(added.requires).toEqual(requires);
    expect(await mustCall("GET", `/v1/services/${added.id}`, { as: clinic.desk })).toEqual(added);
    expect(await mustCall("GET", "/v1/services", { as: clinic.desk })).toEqual({ items: [added] });
  });

  it("stays with other changes, is replaced as a whole, and is taken away by null", async () => {
    const { id } = await mustCall("POST", "/v1/services", { as: admin, body: { ...service, requires } });
    expect((await change(id, 1, { name: "Renamed" })).requires).toEqual(requires);
    expect((await change(id, 2, { requires: [{ kind: "device" }] })).requires).toEqual([{ kind: "device" }]);
    expect((await read(id)).requires).toEqual([{ kind: "device" }]);
    expect(await change(id, 3, { requires: null })).not.toHaveProperty("requires");
    expect(await read(id)).not.toHaveProperty("requires");
  });

  it.each([
    ["an unknown kind", [{ kind: "sofa" }], "requires.0.kind"],
    ["no kind", [{ kind: "room" }, { tags: ["dark"] }], "requires.1.kind"],
    ["a tag in capitals", [{ kind: "room", tags: ["Dark"] }], "requires.0.tags.0"],
    ["an unknown field", [{ kind: "room", count: 2 }], "requires.0.count"],
    ["six things", Array.from({ length: 6 }, () => ({ kind: "room" })), "requires"],
  ])("with %s is refused", async (_, wrong, path) => {
    const answer = await call("POST", "/v1/services", { as: admin, body: { ...service, requires: wrong } });
    expect({ status: answer.status, path: answer.body.errors?.[0].path }).toEqual({ status: 400, path });
  });
});
