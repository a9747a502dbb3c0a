import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newClinic } from "../support/members.ts";
import { everPut } from "../support/tables.ts";
import { admin, ana, desk, newPractitioner, okafor, privacy } from "../support/world.ts";

/* What holds alike of everything that a clinic sets up for itself and shows to everybody in it. */

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

const things = [
  {
    thing: "service",
    plain: { name: "Plain", durationMinutes: 30 },
    everything: async () => ({
      name: "Blutdruck-Kontrolle 🩺",
      durationMinutes: 40,
      slotIntervalMinutes: 15,
      bufferBeforeMinutes: 5,
      bufferAfterMinutes: 10,
      modality: "video",
      capacity: 8,
      practitioners: await Promise.all([newPractitioner(), newPractitioner()]),
      identifier: { system: "urn:example:service", value: randomUUID() },
      active: false,
    }),
  },
  {
    thing: "location",
    plain: { name: "Plain", zone: "Europe/Berlin" },
    everything: async () => ({
      name: "Praxis am Fluß, 2. Stock 🏥",
      zone: "Asia/Kolkata",
      address: { lines: ["4 Mill Street", "Second floor"], city: "Albany", postalCode: "12207", country: "US" },
      phone: "+911123456789",
      managingOrganization: { name: "Kliniken am Fluß", identifier: { system: "urn:zyx", value: "K-1" } },
      identifier: { system: "urn:places", value: randomUUID() },
      active: false,
    }),
  },
  {
    thing: "resource",
    plain: { name: "Plain", kind: "room" },
    everything: async () => ({
      name: "Sonografie №2",
      kind: "device",
      tags: ["ultrasound", "3d"],
      location: (await mustCall("POST", "/v1/locations", { as: admin, body: { name: "Somewhere", zone: "UTC" } })).id,
      active: false,
    }),
  },
];

describe.each(things)("a $thing", ({ thing, plain, everything }) => {
  const all = `/v1/${thing}s`;
  const nowhere = `${{ service: "svc", location: "loc" }[thing] ?? "res"}_0000000000000000000000`;
  const add = (body: unknown, as = admin) => call("POST", all, { as, body });
  const mustAdd = (body: unknown, as = admin) => mustCall("POST", all, { as, body });
  const patch = (id: string, version: number, body: unknown, as = admin) =>
    call("PATCH", `${all}/${id}`, { as, body, headers: { "if-match": `"${version}"` } });

  it("is added with every field as it was given, and is read so again by everyone", async () => {
    const given = await everything();
    const { status, body, headers } = await add(given);
    const { id, version, createdAt, updatedAt, ...fields } = body;
    expect({ status, version, place: headers.get("location"), tag: headers.get("etag") }).toEqual({
      status: 201,
      version: 1,
      place: `${all}/${id}`,
      tag: '"1"',
    });
    expect(fields).toEqual(given);
    expect(createdAt).toBe(updatedAt);
    for (const as of [admin, desk, okafor, ana, privacy])
      expect(await mustCall("GET", `${all}/${id}`, { as })).toEqual(body);
  });

  it("is listed with all others of the clinic, page by page", async () => {
    const clinic = await newClinic();
    const added = await Promise.all(["A", "B", "C"].map((name) => mustAdd({ ...plain, name }, clinic.admin)));
    const first = await mustCall("GET", `${all}?limit=2`, { as: clinic.desk });
    const second = await mustCall("GET", `${all}?limit=2&cursor=${first.next}`, { as: clinic.desk });
    expect(first.items).toHaveLength(2);
    expect([...first.items, ...second.items]).toEqual(added.sort(byId));
    expect(second.next).toBeUndefined();
  });

  it("is not listed from a cursor that was tampered with, or is another list's", async () => {
    await Promise.all([mustAdd(plain), mustAdd(plain)]);
    const { next } = await mustCall("GET", `${all}?limit=1`, { as: desk });
    for (const path of [`${all}?limit=1&cursor=${next.slice(0, -4)}`, `/v1/practitioners?limit=1&cursor=${next}`])
      expect(await call("GET", path, { as: desk })).toMatchObject({ status: 400, body: { code: "bad-cursor" } });
  });

  it("is changed only by who has seen it as it is", async () => {
    const { id } = await mustAdd(plain);
    expect(await patch(id, 2, { active: false })).toMatchObject({ status: 412, body: { code: "stale-version" } });
    expect((await call("PATCH", `${all}/${id}`, { as: admin, body: {} })).status).toBe(428);
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
      expect(await call("GET", `${all}/${one}`, { as })).toMatchObject(missing);
      expect(await patch(one, 1, { name: "Taken over" }, as)).toMatchObject(missing);
    }
    expect(await mustCall("GET", all, { as })).toEqual({ items: [] });
    expect(await mustCall("GET", `${all}/${id}`, { as: admin })).toMatchObject(plain);
  });

  it("tells by an event that it was added and that it was changed", async () => {
    const { id } = await mustAdd(plain);
    await patch(id, 1, { active: false });
    const events = (await everPut("CLINIC_TABLE", "EVENT")).filter((event) => event[thing] === id);
    const told = events.map(({ type, version }) => ({ type, version }));
    expect(told.sort((a, b) => Number(a.version) - Number(b.version))).toEqual([
      { type: `${thing}.added`, version: 1 },
      { type: `${thing}.changed`, version: 2 },
    ]);
  });
});
