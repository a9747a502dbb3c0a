import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { expectAlike } from "../support/alike.ts";
import { call, mustCall } from "../support/client.ts";
import { newUser } from "../support/members.ts";
import { type Entry, move, moves, mustMove, mustWrite, note } from "../support/records.ts";
import { everPut, rowsUnder } from "../support/tables.ts";
import { admin, desk, lindqvist, newScene, newTreated, okafor } from "../support/world.ts";

const draft = { ...note, state: "draft" };
const nowhere = "rec_0000000000000000000000";
const vital = {
  kind: "observation",
  category: "vital-signs",
  code: { system: "http://loinc.org", code: "8867-4" },
  quantity: { value: 70, unit: "/min" },
  state: "draft",
};
const list = (patient: string, query = "", as = okafor) =>
  mustCall("GET", `/v1/patients/${patient}/records${query}`, { as });

describe("a draft", () => {
  it("is its author's to read, list, write anew as a whole, and throw away", async () => {
    const patient = await newTreated();
    const at = "2027-01-01T10:00:00Z";
    const written = await mustWrite(patient, { ...draft, labels: ["mental-health"] }, okafor, at);
    expect(written).toMatchObject({ state: "draft", version: 1, occurredAt: at });
    const { id } = written;
    const revised = await mustMove("revise", { patient, id, version: 1, body: { ...note, text: "better" } });
    const { labels: _, ...without } = written as Entry & { labels: unknown };
    expect(revised).toEqual({ ...without, text: "better", version: 2, updatedAt: expect.any(String) });
    expect(await mustCall("GET", `/v1/patients/${patient}/records/${id}`, { as: okafor })).toEqual(revised);
    expect(await list(patient)).toEqual({ items: [revised] });
    expect((await move("discard", { patient, id, version: 2 })).status).toBe(204);
    expect(await list(patient)).toEqual({ items: [] });
    expect(await rowsUnder("CLINIC_TABLE", `RECORD#cln_DemoClinic000000000001#${patient}`)).toEqual([]);
  });

  it("may become another kind of entry, and happen at another time", async () => {
    const patient = await newTreated();
    const { id } = await mustWrite(patient, draft);
    const body = { kind: "condition", code: vital.code, occurredAt: "2020-01-01T00:00:00Z" };
    expect(await mustMove("revise", { patient, id, version: 1, body })).toMatchObject(body);
    expect((await list(patient, "?to=2020-01-02T00:00:00Z")).items).toMatchObject([{ id, ...body }]);
  });

  it("belongs to a visit of its patient or to none", async () => {
    const [scene, other] = await Promise.all([newScene(), newTreated()]);
    const { id: appointment } = await mustCall("POST", "/v1/appointments", {
      as: desk,
      body: { ...scene, start: "2027-06-01T09:00:00Z" },
    });
    const revise = async (patient: string) => {
      const { id } = await mustWrite(patient, draft);
      return move("revise", { patient, id, version: 1, body: { ...note, appointment } });
    };
    expect(await revise(scene.patient)).toMatchObject({ status: 200, body: { appointment } });
    expect(await revise(other)).toMatchObject({
      status: 422,
      body: { code: "unknown-appointment", errors: [{ path: "appointment" }] },
    });
  });

  it("is not an admin's to begin, who could not finish it", async () => {
    const answer = await call("POST", `/v1/patients/${await newTreated()}/records`, { as: admin, body: draft });
    expect(answer).toMatchObject({ status: 403, body: { code: "practitioners-only" } });
  });

  it("claims no identifier until it is signed, so that nobody learns of it by one", async () => {
    const patient = await newTreated();
    const identifier = { system: "urn:example:draft", value: randomUUID() };
    const { id } = await mustWrite(patient, { ...draft, identifier });
    const other = await mustWrite(patient, { ...note, identifier }, lindqvist);
    expect(await move("sign", { patient, id, version: 1 })).toMatchObject({
      status: 409,
      body: { code: "identifier-taken", existing: other.id },
    });
  });

  it("tells nobody of itself: there is no event until it is signed", async () => {
    const patient = await newTreated();
    const eventsOf = async () =>
      (await everPut("CLINIC_TABLE", "EVENT")).filter(
        (event) => event["patient"] === patient && String(event["record"]) === id,
      );
    const { id } = await mustWrite(patient, draft);
    await mustMove("revise", { patient, id, version: 1 });
    expect(await eventsOf()).toEqual([]);
    await mustMove("sign", { patient, id, version: 2 });
    expect(await eventsOf()).toMatchObject([{ type: "record.written", version: 3 }]);
  });

  it("is refused to its author too as one who has not seen its latest version", async () => {
    const patient = await newTreated();
    const { id } = await mustWrite(patient, draft);
    await mustMove("revise", { patient, id, version: 1 });
    for (const how of ["revise", "discard", "sign"] as const)
      expect(await move(how, { patient, id, version: 1 }), how).toMatchObject({ status: 412 });
  });
});

describe("a draft is for nobody else", () => {
  let patient: string;
  let signed: Entry;
  let hidden: Entry;
  let themself: string;

  beforeAll(async () => {
    patient = await newTreated();
    signed = await mustWrite(patient, { ...note, occurredAt: "2020-01-01T00:00:00Z" });
    hidden = await mustWrite(patient, { ...vital, occurredAt: "2021-01-01T00:00:00Z" });
    await mustWrite(patient, { ...draft, occurredAt: "2019-01-01T00:00:00Z" });
    themself = (await newUser({ clinic: "cln_DemoClinic000000000001", role: "patient", person: patient })).email;
  });

  it.each(["", "?version=1", "/history"])("to read by its id%s: as a random one", async (end) => {
    for (const as of [lindqvist, themself]) {
      const read = (id: string) => call("GET", `/v1/patients/${patient}/records/${id}${end}`, { as });
      expect(await expectAlike(read(hidden.id), read(nowhere)), as).toEqual({ status: 404, code: "not-found" });
    }
  });

  it.each(moves)("to %s: as a random one, also of another version", async (how) => {
    for (const version of [1, 2]) {
      const change = (id: string) => move(how, { patient, id, version, as: lindqvist });
      expect(await expectAlike(change(hidden.id), change(nowhere))).toEqual({ status: 404, code: "not-found" });
    }
  });

  it("to find in the list, whose pages show no gap where it would be", async () => {
    for (const as of [lindqvist, themself]) {
      expect(await list(patient, "", as)).toEqual({ items: [signed] });
      expect(await list(patient, "?limit=1", as)).toEqual({ items: [signed] });
      expect(await list(patient, "?kind=observation", as)).toEqual({ items: [] });
    }
    expect((await list(patient)).items).toHaveLength(3);
  });

  it("to find in the summary, its author included: it is not part of the record yet", async () => {
    for (const as of [okafor, lindqvist, themself])
      expect(await mustCall("GET", `/v1/patients/${patient}/summary`, { as })).toMatchObject({ vitals: [], more: [] });
  });
});
