import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { admin, desk, newPractitioner } from "../support/world.ts";

const add = (body: unknown, as = admin) => call("POST", "/v1/services", { as, body });
const mustAdd = (body: unknown, as = admin) => mustCall("POST", "/v1/services", { as, body });
const patch = (id: string, version: number, body: unknown) =>
  call("PATCH", `/v1/services/${id}`, { as: admin, body, headers: { "if-match": `"${version}"` } });
const newIdentifier = () => ({ system: "urn:example:service", value: randomUUID() });
const plain = { name: "Plain", durationMinutes: 30 };
const nobody = "prc_0000000000000000000000";

describe("a service", () => {
  it("is back to back, in person, for one, without buffers and offered by nobody unless said otherwise", async () => {
    expect(await mustAdd({ ...plain, durationMinutes: 25 })).toMatchObject({
      capacity: 1,
      slotIntervalMinutes: 25,
      bufferBeforeMinutes: 0,
      bufferAfterMinutes: 0,
      modality: "in-person",
      practitioners: [],
      active: true,
    });
  });

  it("is changed by a merge patch, null putting back what is usual", async () => {
    const seen = await mustAdd({ ...plain, slotIntervalMinutes: 15, bufferAfterMinutes: 10, modality: "phone" });
    const { status, body, headers } = await patch(seen.id, 1, {
      name: "Renamed",
      slotIntervalMinutes: null,
      bufferAfterMinutes: null,
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...seen,
      name: "Renamed",
      slotIntervalMinutes: 30,
      bufferAfterMinutes: 0,
      version: 2,
      updatedAt: body.updatedAt,
    });
    expect(headers.get("etag")).toBe('"2"');
    expect(await mustCall("GET", `/v1/services/${seen.id}`, { as: desk })).toEqual(body);
  });
});

describe("who offers a service", () => {
  it("is of the clinic; who is not is named by their place, when added as when changed", async () => {
    const practitioners = [await newPractitioner(), nobody];
    const expected = "a practitioner of this clinic";
    const errors = [{ path: "practitioners.1", expected, message: `practitioners.1 should be ${expected}` }];
    const refused = { status: 422, body: { code: "unknown-practitioner", errors } };
    expect(await add({ ...plain, practitioners })).toMatchObject(refused);
    expect(await patch((await mustAdd(plain)).id, 1, { practitioners })).toMatchObject(refused);
  });

  it("is named once, lest their times be open twice", async () => {
    const practitioner = await newPractitioner();
    const { status, body } = await add({ ...plain, practitioners: [practitioner, practitioner] });
    expect({ status, path: body.errors?.[0].path }).toEqual({ status: 400, path: "practitioners" });
  });
});

describe("a service's identifier", () => {
  it("is its alone in the clinic, when added as when changed", async () => {
    const identifier = newIdentifier();
    const [first, other] = [await mustAdd({ ...plain, identifier }), await mustAdd(plain)];
    const taken = { status: 409, body: { code: "identifier-taken", existing: first.id } };
    expect(await add({ ...plain, identifier })).toMatchObject(taken);
    expect(await patch(other.id, 1, { identifier })).toMatchObject(taken);
  });

  it("may be a practitioner's as well, and is free once it is given up", async () => {
    const identifier = newIdentifier();
    const { id } = await mustAdd({ ...plain, identifier });
    expect(
      (await call("POST", "/v1/practitioners", { as: admin, body: { name: { text: "Dr. Same" }, identifier } })).status,
    ).toBe(201);
    await patch(id, 1, { identifier: null });
    expect((await add({ ...plain, identifier })).status).toBe(201);
  });
});

describe("a service's times", () => {
  it.each([
    ["a duration off the five minutes", { durationMinutes: 31 }, "durationMinutes"],
    ["a duration that is no whole number", { durationMinutes: 7.5 }, "durationMinutes"],
    ["a duration as text", { durationMinutes: "30" }, "durationMinutes"],
    ["no duration", { durationMinutes: undefined }, "durationMinutes"],
    ["a duration of nothing", { durationMinutes: 0 }, "durationMinutes"],
    ["a duration below nothing", { durationMinutes: -30 }, "durationMinutes"],
    ["a duration over 450 minutes", { durationMinutes: 455 }, "durationMinutes"],
    [
      "a duration over 450 minutes with its buffers",
      { durationMinutes: 440, bufferBeforeMinutes: 5, bufferAfterMinutes: 10 },
      "durationMinutes",
    ],
    ["an interval off the five minutes", { slotIntervalMinutes: 12 }, "slotIntervalMinutes"],
    ["an interval of nothing", { slotIntervalMinutes: 0 }, "slotIntervalMinutes"],
    ["a buffer off the five minutes", { bufferBeforeMinutes: 3 }, "bufferBeforeMinutes"],
    ["a buffer over two hours", { bufferAfterMinutes: 125 }, "bufferAfterMinutes"],
    ["an unknown modality", { modality: "telepathy" }, "modality"],
    ["an unknown field", { price: 10 }, "price"],
  ])("with %s are refused, when added as when changed", async (_, wrong, path) => {
    const errors = expect.arrayContaining([expect.objectContaining({ path })]);
    const refused = { status: 400, body: { code: "invalid-request", errors } };
    expect(await add({ ...plain, ...wrong })).toMatchObject(refused);
    const { id } = await mustAdd(plain);
    const removed = Object.fromEntries(Object.entries(wrong).map(([name, value]) => [name, value ?? null]));
    expect(await patch(id, 1, removed)).toMatchObject(refused);
  });

  it("may fill 450 minutes with their buffers", async () => {
    const full = { durationMinutes: 440, bufferBeforeMinutes: 5, bufferAfterMinutes: 5 };
    expect(await mustAdd({ ...plain, ...full })).toMatchObject(full);
  });

  it("are refused when a change of the buffer alone makes them too long", async () => {
    const { id } = await mustAdd({ ...plain, durationMinutes: 440 });
    expect(await patch(id, 1, { bufferAfterMinutes: 15 })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "durationMinutes" }] },
    });
  });
});
