import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newUser } from "../support/members.ts";
import { type Entry, type Move, move, moves, mustMove, mustWrite, note } from "../support/records.ts";
import { everPut, rowsUnder } from "../support/tables.ts";
import { desk, lindqvist, newScene, newTreated, okafor, privacy, treat } from "../support/world.ts";

const draft = { ...note, state: "draft" };
const read = (patient: string, id: string, end = "", as = okafor) =>
  call("GET", `/v1/patients/${patient}/records/${id}${end}`, { as });
const mustRead = async (patient: string, id: string, end = "") => (await read(patient, id, end)).body;

/** An entry of a new patient, brought to a state. */
async function entryThatIs(state: string): Promise<{ patient: string } & Entry> {
  const patient = await newTreated();
  const entry = await mustWrite(patient, state === "draft" ? draft : note);
  const { id } = entry;
  if (state === "amended") return { patient, ...(await mustMove("amend", { patient, id, version: 1 })) };
  if (state === "entered-in-error") return { patient, ...(await mustMove("retract", { patient, id, version: 1 })) };
  return { patient, ...entry };
}

describe("the moves of an entry", () => {
  it.each([
    ["draft", "sign", "final"],
    ["draft", "revise", "draft"],
    ["final", "amend", "amended"],
    ["final", "retract", "entered-in-error"],
    ["amended", "amend", "amended"],
    ["amended", "retract", "entered-in-error"],
  ] as const)("that is %s: %s makes it %s, one version on", async (from, how, to) => {
    const { patient, id, version } = await entryThatIs(from);
    const { status, body, headers } = await move(how, { patient, id, version });
    expect({ status, state: body.state, version: body.version, tag: headers.get("etag") }).toEqual({
      status: 200,
      state: to,
      version: version + 1,
      tag: `"${version + 1}"`,
    });
    expect(await mustRead(patient, id)).toEqual(body);
  });

  const reached: Record<Move, string> = {
    revise: "draft",
    discard: "discarded",
    sign: "final",
    amend: "amended",
    retract: "entered-in-error",
  };
  const illegal = [
    ...(["amend", "retract"] as const).map((how) => ["draft", how] as const),
    ...(["revise", "discard", "sign"] as const).map((how) => ["final", how] as const),
    ...(["revise", "discard", "sign"] as const).map((how) => ["amended", how] as const),
    ...moves.map((how) => ["entered-in-error", how] as const),
  ];

  it.each(illegal)("that is %s: %s is refused, naming both states, and changes nothing", async (from, how) => {
    const entry = await entryThatIs(from);
    const { patient, id, version } = entry;
    expect(await move(how, { patient, id, version })).toMatchObject({
      status: 409,
      body: { code: "illegal-transition", from, to: reached[how] },
    });
    expect(await mustRead(patient, id)).toEqual(entry);
  });

  it.each(moves)("to %s needs If-Match, with the latest version", async (how) => {
    const { patient, id } = await entryThatIs(["amend", "retract"].includes(how) ? "final" : "draft");
    expect(await move(how, { patient, id, version: 7 })).toMatchObject({
      status: 412,
      body: { code: "stale-version" },
    });
    const without = await move(how, { patient, id, version: 1, headers: { "if-match": "" } });
    expect(without).toMatchObject({ status: 428, body: { code: "if-match-required" } });
  });

  it.each(["sign", "amend", "retract"] as const)("repeated with the same key, %s is done once", async (how) => {
    const { patient, id } = await entryThatIs(how === "sign" ? "draft" : "final");
    const headers = { "idempotency-key": randomUUID() };
    const first = await move(how, { patient, id, version: 1, headers });
    const again = await move(how, { patient, id, version: 1, headers });
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(await mustRead(patient, id)).toEqual(first.body);
  });

  it.each(["sign", "amend", "retract", "revise"] as const)("asked by ten at once, %s succeeds once", async (how) => {
    const { patient, id } = await entryThatIs(["sign", "revise"].includes(how) ? "draft" : "final");
    const answers = await Promise.all(Array.from({ length: 10 }, () => move(how, { patient, id, version: 1 })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
    expect(await mustRead(patient, id)).toEqual(answers.find(({ status }) => status === 200)?.body);
  });

  it("are told in the audit trail, and as events once the entry is signed", async () => {
    const { patient, id } = await entryThatIs("draft");
    for (const [how, version] of [
      ["revise", 1],
      ["sign", 2],
      ["amend", 3],
      ["retract", 4],
    ] as const)
      await mustMove(how, { patient, id, version });
    await mustRead(patient, id, "/history");
    await mustCall("GET", `/v1/patients/${patient}/summary`, { as: okafor });
    const { items } = await mustCall("GET", `/v1/patients/${patient}/audit`, { as: privacy });
    expect(items.map(({ action }: { action: string }) => action).slice(0, 7)).toEqual([
      "record.summary",
      "record.history",
      "record.retract",
      "record.amend",
      "record.sign",
      "record.revise",
      "record.write",
    ]);
    expect(items[2]).toMatchObject({ outcome: "granted", target: id });
    const events = (await everPut("CLINIC_TABLE", "EVENT")).filter((event) => event["record"] === id);
    const told = events.map(({ type, version }) => `${String(version)} ${String(type)}`);
    expect(told.sort()).toEqual(["3 record.written", "4 record.amended", "5 record.retracted"]);
  });
});

describe("an amended entry", () => {
  it("has the new content and the reason, and the old version stays readable as it was", async () => {
    const patient = await newTreated();
    await treat(patient, lindqvist, { labels: ["sexual-health"] });
    const first = await mustWrite(patient, { ...note, labels: ["sexual-health"] });
    const { id } = first;
    const body = { reason: "wrong chart", record: { ...note, title: "Better" } };
    const second = await mustMove("amend", { patient, id, version: 1, as: lindqvist, body });
    const { labels: _, ...kept } = first as Entry & { labels: unknown };
    const me = await mustCall("GET", "/v1/me", { as: lindqvist });
    const by = { user: me.user, practitioner: me.memberships[0].person };
    expect(second).toEqual({
      ...kept,
      title: "Better",
      state: "amended",
      version: 2,
      updatedAt: expect.any(String),
      change: { by, reason: "wrong chart" },
    });
    const third = await mustMove("retract", { patient, id, version: 2 });
    expect(third).toMatchObject({ title: "Better", state: "entered-in-error", change: { reason: "wrong patient" } });
    expect(await mustRead(patient, id, "?version=1")).toEqual(first);
    expect(await mustRead(patient, id, "?version=2")).toEqual(second);
    expect(await mustRead(patient, id, "?version=3")).toEqual(third);
    expect((await read(patient, id, "?version=4")).status).toBe(404);
    expect((await read(patient, id, "?version=0")).status).toBe(400);
  });

  it.each([
    ["kind", { kind: "condition", code: { system: "urn:x", code: "1" } }],
    ["occurredAt", { ...note, occurredAt: "2001-01-01T00:00:00Z" }],
  ])("keeps its %s", async (field, record) => {
    const { patient, id } = await entryThatIs("final");
    expect(await move("amend", { patient, id, version: 1, body: { reason: "x", record } })).toMatchObject({
      status: 422,
      body: { code: "fixed-by-signing", errors: [{ path: `record.${field}`, expected: "as it was signed" }] },
    });
  });

  it("may say again when it happened, in whatever offset", async () => {
    const patient = await newTreated();
    const { id } = await mustWrite(patient, { ...note, occurredAt: "2020-01-01T12:00:00Z" });
    const body = { reason: "x", record: { ...note, occurredAt: "2020-01-01T07:00:00-05:00" } };
    expect(await mustMove("amend", { patient, id, version: 1, body })).toMatchObject({
      occurredAt: "2020-01-01T12:00:00Z",
    });
  });

  it("needs a reason and a whole entry", async () => {
    const { patient, id } = await entryThatIs("final");
    for (const [body, path] of [
      [{ record: note }, "reason"],
      [{ reason: "", record: note }, "reason"],
      [{ reason: "x" }, "record"],
      [{ reason: "x", record: { kind: "note", title: "x" } }, "record.text"],
    ] as const)
      expect(await move("amend", { patient, id, version: 1, body })).toMatchObject({
        status: 400,
        body: { errors: [{ path }] },
      });
    expect(await move("retract", { patient, id, version: 1, body: {} })).toMatchObject({ status: 400 });
  });

  it("does not outgrow what an entry may weigh, nor name another patient's visit", async () => {
    const { patient, id } = await entryThatIs("final");
    const scene = await newScene();
    const { id: appointment } = await mustCall("POST", "/v1/appointments", {
      as: desk,
      body: { ...scene, start: "2027-06-01T09:00:00Z" },
    });
    const amended = (record: object) => move("amend", { patient, id, version: 1, body: { reason: "x", record } });
    expect(await amended({ ...note, text: "文".repeat(85_000) })).toMatchObject({ status: 413 });
    expect(await amended({ ...note, appointment })).toMatchObject({
      status: 422,
      body: { code: "unknown-appointment", errors: [{ path: "record.appointment" }] },
    });
  });

  it("gives its identifier up for another, which others then cannot take", async () => {
    const patient = await newTreated();
    const [one, two] = [randomUUID(), randomUUID()].map((value) => ({ system: "urn:example:amended", value }));
    const { id } = await mustWrite(patient, { ...note, identifier: one });
    await mustMove("amend", { patient, id, version: 1, body: { reason: "x", record: { ...note, identifier: two } } });
    await mustWrite(patient, { ...note, identifier: one });
    const taken = await call("POST", `/v1/patients/${patient}/records`, {
      as: okafor,
      body: { ...note, identifier: two },
    });
    expect(taken).toMatchObject({ status: 409, body: { existing: id } });
  });
});

describe("the history of an entry", () => {
  it("names every version, newest first: what it became, when, by whom and why", async () => {
    const patient = await newTreated();
    const { id } = await mustWrite(patient, note, okafor, "2027-01-01T10:00:00Z");
    await mustMove("amend", { patient, id, version: 1, as: lindqvist });
    await mustMove("retract", { patient, id, version: 2 });
    const { items } = await mustCall("GET", `/v1/patients/${patient}/records/${id}/history`, { as: okafor });
    const [author, other] = await Promise.all([okafor, lindqvist].map((as) => mustCall("GET", "/v1/me", { as })));
    const by = ({ user, memberships }: { user: string; memberships: [{ person: string }] }) => ({
      user,
      practitioner: memberships[0].person,
    });
    expect(items).toEqual([
      { version: 3, state: "entered-in-error", at: expect.any(String), by: by(author), reason: "wrong patient" },
      { version: 2, state: "amended", at: expect.any(String), by: by(other), reason: "mistyped" },
      { version: 1, state: "final", at: "2027-01-01T10:00:00Z", by: by(author) },
    ]);
  });

  it("begins with the signature: what a draft was before is gone", async () => {
    const { patient, id } = await entryThatIs("draft");
    await mustMove("revise", { patient, id, version: 1 });
    await mustMove("sign", { patient, id, version: 2 });
    const { items } = await mustCall("GET", `/v1/patients/${patient}/records/${id}/history`, { as: lindqvist });
    expect(items).toMatchObject([{ version: 3, state: "final" }]);
    expect((await read(patient, id, "?version=2")).status).toBe(404);
  });

  it("comes page by page, each version once, also while the entry is amended", async () => {
    const { patient, id } = await entryThatIs("final");
    for (const version of [1, 2, 3, 4]) await mustMove("amend", { patient, id, version });
    const versions: number[] = [];
    let cursor = "";
    for (let version = 5; ; version++) {
      const path = `/v1/patients/${patient}/records/${id}/history?limit=2${cursor}`;
      const { items, next } = await mustCall("GET", path, { as: okafor });
      versions.push(...items.map((item: { version: number }) => item.version));
      if (!next) break;
      cursor = `&cursor=${next}`;
      await mustMove("amend", { patient, id, version });
    }
    expect(versions).toEqual([5, 4, 3, 2, 1]);
  });

  it("is the patient's own to read", async () => {
    const { patient, id } = await entryThatIs("amended");
    const { email } = await newUser({ clinic: "cln_DemoClinic000000000001", role: "patient", person: patient });
    const { items } = await mustCall("GET", `/v1/patients/${patient}/records/${id}/history`, { as: email });
    expect(items).toHaveLength(2);
    expect((await read(patient, id, "?version=1", email)).body).toMatchObject(note);
  });
});

it("a version before lies beside the entry, sealed, unread by lists and never overwritten", async () => {
  const { patient, id } = await entryThatIs("final");
  const rowsOf = () => rowsUnder("CLINIC_TABLE", `RECORD#cln_DemoClinic000000000001#${patient}`);
  await mustMove("amend", { patient, id, version: 1 });
  const kept = (await rowsOf()).find(({ sk }) => sk === `VERSION#${id}#000001`);
  expect(Object.keys(kept ?? {}).sort()).toEqual(["pk", "sealed", "sk", "version"]);
  await mustMove("amend", { patient, id, version: 2 });
  await mustMove("retract", { patient, id, version: 3 });
  const rows = await rowsOf();
  expect(rows.find(({ sk }) => sk === kept?.sk)).toEqual(kept);
  expect(rows.map(({ sk }) => sk).sort()).toEqual([...[1, 2, 3].map((version) => `VERSION#${id}#00000${version}`), id]);
  const { items } = await mustCall("GET", `/v1/patients/${patient}/records`, { as: okafor });
  expect(items).toMatchObject([{ id, version: 4, state: "entered-in-error" }]);
});
