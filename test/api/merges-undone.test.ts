import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { keysBelow, putBehindTheApi } from "../support/bucket.ts";
import { call, mustCall } from "../support/client.ts";
import { type FullLife, newFullLife, now, soon, toldOf, whose } from "../support/life.ts";
import { newUser } from "../support/members.ts";
import { merge, merged, parted, readMerge, undo } from "../support/merges.ts";
import { dump, type Item, itemAt, putBack } from "../support/tables.ts";
import { announce, complete, pdf, send } from "../support/uploads.ts";
import { tick } from "../support/workers.ts";
import { desk, newPatient, newPatients, newScene, okafor, privacy, treat } from "../support/world.ts";

const clinic = "cln_DemoClinic000000000001";
const code = async (answer: ReturnType<typeof undo>) => (await answer).body.code as string;
const note = { kind: "note", title: "t", text: "t" };

describe("undoing a merge", () => {
  let life: FullLife;
  let into: string;
  let before: { gone: unknown; staying: unknown; patient: unknown };
  let later: { id: string };

  beforeAll(async () => {
    life = await newFullLife();
    into = await newPatient();
    await treat(into);
    const patient = await mustCall("GET", `/v1/patients/${life.patient}`, { as: desk });
    before = { gone: await toldOf(life.patient, life), staying: await toldOf(into, life), patient };
    const id = await merged(life.patient, into);
    later = await mustCall("POST", `/v1/patients/${into}/records`, { as: okafor, at: soon, body: note });
    await parted(id);
  });

  it("gives back one of everything, as it was", async () => {
    expect(await toldOf(life.patient, life)).toEqual(before.gone);
    expect(new Set(await whose(life))).toEqual(new Set([life.patient]));
  });

  it("brings the patient back as they were, found by all that they were found by", async () => {
    expect(await mustCall("GET", `/v1/patients/${life.patient}`, { as: desk })).toEqual(before.patient);
    for (const query of [`mrn=${life.values.mrn}`, `email=${life.values.email}`, `name=${life.values.family}`]) {
      const { items } = await mustCall("GET", `/v1/patients?${query}`, { as: desk });
      expect(
        items.map(({ id }: { id: string }) => id),
        query,
      ).toEqual([life.patient]);
    }
    await expect
      .poll(async () => (await call("GET", `/v1/patients/${life.patient}`, { as: life.user.email })).status)
      .toBe(200);
  });

  it("leaves with the survivor what they had, and what was written for them since", async () => {
    const { items } = await mustCall("GET", `/v1/patients/${into}/records`, { as: okafor, at: soon });
    expect(items.map(({ id }: { id: string }) => id)).toEqual([later.id]);
    await mustCall("POST", `/v1/patients/${into}/records/${later.id}/retract`, {
      as: okafor,
      headers: { "if-match": '"1"' },
      body: { reason: "x" },
    });
    const told = (await toldOf(into, life)) as { answers: [string, number, unknown][] };
    const isOther = ([path]: [string, ...unknown[]]) => !/records|history/.test(path);
    const staying = before.staying as typeof told;
    expect(told.answers.filter(isOther)).toEqual(staying.answers.filter(isOther));
  });

  it("lets the two be merged again, and live on apart", async () => {
    const { practitioner, service } = await newScene();
    const booked = { patient: life.patient, practitioner, service, start: "2027-08-01T09:00:00Z" };
    expect((await call("POST", "/v1/appointments", { as: desk, at: soon, body: booked })).status).toBe(201);
    await parted(await merged(life.patient, into));
  });
});

it("brings over and back what has a long history: every step of it, and every version", async () => {
  const [gone, into] = (await newPatients(2)) as [string, string];
  await treat(gone);
  const { practitioner, service } = await newScene();
  const starts = ["2027-08-01T09:00:00Z", "2027-08-02T09:00:00Z"];
  const booking = { patient: gone, practitioner, service, start: starts[0], reason: "Cough" };
  const visit = await mustCall("POST", "/v1/appointments", { as: desk, at: now, body: booking });
  const entry = await mustCall("POST", `/v1/patients/${gone}/records`, { as: okafor, body: note });
  const about = (as: string, version: number) => ({ as, at: now, headers: { "if-match": `"${version}"` } });
  const [moves, versions] = [90, 30];
  for (let version = 1; version < moves; version++) {
    const body = { start: starts[version % 2] };
    await mustCall("POST", `/v1/appointments/${visit.id}/reschedule`, { ...about(desk, version), body });
  }
  for (let version = 1; version < versions; version++) {
    const body = { reason: "A slip", record: { ...note, text: `${version}` } };
    const path = `/v1/patients/${gone}/records/${entry.id}/amend`;
    await mustCall("POST", path, { ...about(okafor, version), body });
  }
  const told = async (patient: string) => {
    const list = async (path: string, as: string) => (await mustCall("GET", `/v1/${path}?limit=100`, { as })).items;
    return [
      JSON.parse(JSON.stringify(await list(`appointments/${visit.id}/history`, desk))),
      JSON.parse(
        JSON.stringify(await list(`patients/${patient}/records/${entry.id}/history`, okafor)).replaceAll(patient, ""),
      ),
    ];
  };
  const before = await told(gone);
  expect(before.map((items) => items.length)).toEqual([moves, versions]);
  const id = await merged(gone, into);
  expect(await told(into)).toEqual(before);
  await parted(id);
  expect(await told(gone)).toEqual(before);
});

describe("what was changed since", () => {
  it("goes back as it is now: an amended entry with all its versions, a moved appointment with its history", async () => {
    const [gone, into] = (await newPatients(2)) as [string, string];
    await treat(gone);
    const { practitioner, service } = await newScene();
    const entry = await mustCall("POST", `/v1/patients/${gone}/records`, { as: okafor, body: note });
    const booking = { patient: gone, practitioner, service, start: "2027-08-01T09:00:00Z", reason: "Cough" };
    const visit = await mustCall("POST", "/v1/appointments", { as: desk, at: now, body: booking });
    const id = await merged(gone, into);
    const seen = { as: okafor, at: soon, headers: { "if-match": '"1"' } };
    const amended = { reason: "A slip", record: { ...note, text: "amended" } };
    await mustCall("POST", `/v1/patients/${into}/records/${entry.id}/amend`, { ...seen, body: amended });
    const next = { ...seen, as: desk, body: { start: "2027-08-02T09:00:00Z" } };
    await mustCall("POST", `/v1/appointments/${visit.id}/reschedule`, next);
    await parted(id);
    const history = await mustCall("GET", `/v1/patients/${gone}/records/${entry.id}/history`, { as: okafor });
    expect(history.items.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    const { items } = await mustCall("GET", `/v1/appointments?patient=${gone}`, { as: desk });
    expect(items).toMatchObject([{ id: visit.id, patient: gone, start: "2027-08-02T09:00:00Z", reason: "Cough" }]);
    const moves = await mustCall("GET", `/v1/appointments/${visit.id}/history`, { as: desk });
    expect(moves.items).toHaveLength(2);
    const free = { patient: into, practitioner, service, start: "2027-08-01T09:00:00Z" };
    expect((await call("POST", "/v1/appointments", { as: desk, at: soon, body: free })).status).toBe(201);
  });

  it("stays ended where it was ended: nobody is let in again", async () => {
    const [gone, into, proxy] = (await newPatients(3)) as [string, string, string];
    await treat(gone);
    const consent = { by: "patient", at: "2026-01-01T00:00:00Z" };
    await mustCall("PUT", `/v1/patients/${gone}/proxies/${proxy}`, {
      as: desk,
      body: { relationship: "carer", consent },
    });
    const id = await merged(gone, into);
    await mustCall("DELETE", `/v1/patients/${into}/proxies/${proxy}`, { as: desk });
    await parted(id);
    expect((await mustCall("GET", `/v1/patients/${gone}/proxies`, { as: desk })).items).toEqual([]);
    expect((await mustCall("GET", `/v1/patients/${gone}/care-team`, { as: desk })).items).toHaveLength(1);
  });
});

it("outlasts a rotation of the clinic's key, which wraps the old patient's key anew where it lies", async () => {
  const [gone, into] = (await newPatients(2)) as [string, string];
  const id = await merged(gone, into);
  const nobody = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  Object.assign(process.env, inject("backend").env, nobody);
  const { openKeyring } = await import("../../functions/kernel/keyring.ts");
  const { patientKey } = await import("../../functions/kernel/patient-keys.ts");
  const { reseal } = await import("../../lib/keys/reseal.ts");
  const ring = await openKeyring(clinic);
  const current = { kind: "C" as const, number: 2, bytes: randomBytes(32) };
  const [pk, sk] = [`KEY#${clinic}#${gone}`, "MERGED#1"];
  const row = (await itemAt("KEYS_TABLE", pk, sk)) as Item;
  expect(await reseal({ ...ring, current, keys: [...ring.keys, current] }, "keys", row)).toBe(true);
  const rewrapped = await itemAt("KEYS_TABLE", pk, sk);
  expect(patientKey({ ...ring, keys: [current] }, gone, rewrapped)?.bytes).toEqual(patientKey(ring, gone, row)?.bytes);
  await putBack("KEYS_TABLE", row);
  await parted(id);
});

describe("a merge is not undone", () => {
  it("before it is done, while it is undone, twice, or after thirty days", async () => {
    const [gone, into] = (await newPatients(2)) as [string, string];
    const { body } = await merge(gone, into);
    expect((await undo(body.id)).body).toMatchObject({ status: 409, code: "illegal-transition", from: "moving" });
    await tick("merges", soon);
    expect((await undo(body.id, { at: "2027-03-03T10:00:00.001Z" })).body).toMatchObject({
      status: 410,
      code: "undo-over",
    });
    const at = "2027-03-03T10:00:00Z";
    expect((await undo(body.id, { at })).body).toMatchObject({ status: "undoing", done: [] });
    expect(await code(undo(body.id, { at }))).toBe("illegal-transition");
    await tick("merges", at);
    expect((await readMerge(body.id)).status).toBe("undone");
    expect((await undo(body.id)).body).toMatchObject({ code: "illegal-transition", from: "undone" });
  });

  it("while the record number it would give back is another's, who is named", async () => {
    const mrn = randomUUID();
    const gone = await newPatient({ mrn });
    const into = await newPatient();
    const id = await merged(gone, into);
    const other = await newPatient({ mrn });
    expect((await undo(id)).body).toMatchObject({ status: 409, code: "mrn-taken", existing: other });
    expect((await readMerge(id)).status).toBe("merged");
  });

  it("under a legal hold, or while an erasure is open", async () => {
    const [gone, into] = (await newPatients(2)) as [string, string];
    const id = await merged(gone, into);
    const hold = `/v1/patients/${into}/legal-hold`;
    await mustCall("PUT", hold, { as: privacy, body: { reason: "x" } });
    expect(await code(undo(id))).toBe("legal-hold");
    await mustCall("DELETE", hold, { as: privacy });
    await mustCall("POST", `/v1/patients/${into}/erase`, { as: privacy, at: now, body: { reason: "x" } });
    expect(await code(undo(id))).toBe("erasure-open");
  });

  it("twice at once: it is undone once", async () => {
    const [gone, into] = (await newPatients(2)) as [string, string];
    const id = await merged(gone, into);
    const both = await Promise.all([undo(id), undo(id)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

it("erasing the survivor erases all that is kept of whoever was merged into them, in whatever chain", async () => {
  const second = (await newUser({ clinic, role: "privacy-officer" })).email;
  const first = await newFullLife();
  const [middle, into] = (await newPatients(2)) as [string, string];
  await merged(first.patient, middle);
  // Announced under the one id, and sent when it is the other's already.
  await treat(middle);
  const file = pdf("late");
  const { id, puts } = await announce(middle, file);
  await merged(middle, into);
  await treat(into);
  for (const put of puts) await send(put, file);
  expect((await complete(`/v1/patients/${into}/documents/${id}`)).status).toBe(200);

  const asked = await mustCall("POST", `/v1/patients/${into}/erase`, { as: privacy, at: soon, body: { reason: "x" } });
  await mustCall("POST", `/v1/erasures/${asked.id}/confirm`, { as: second, at: soon, body: {} });
  await tick("erasures", "2027-02-01T10:02:02Z");
  expect((await mustCall("GET", `/v1/erasures/${asked.id}`, { as: privacy })).status).toBe("erased");
  for (const patient of [first.patient, middle, into]) {
    const rows = [...(await dump("CLINIC_TABLE")), ...(await dump("KEYS_TABLE"))];
    expect(rows.filter(({ pk, sk }) => `${pk} ${sk}`.includes(patient))).toEqual([]);
    expect((await keysBelow(`documents/${clinic}/${patient}/`)).files).toEqual([]);
    expect((await call("GET", `/v1/patients/${patient}`, { as: desk })).body.code).toBe("not-found");
    await putBehindTheApi(`documents/${clinic}/${patient}/doc_0000000000000000000000`, Buffer.from("late"));
  }
  await tick("erasures", "2027-02-01T10:22:03Z");
  for (const patient of [first.patient, middle, into])
    expect((await keysBelow(`documents/${clinic}/${patient}/`)).files).toEqual([]);
});
