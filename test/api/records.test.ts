import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newUser } from "../support/members.ts";
import { uploaded } from "../support/uploads.ts";
import { admin, ana, desk, newPatient, newScene, okafor, privacy } from "../support/world.ts";

const demo = "cln_DemoClinic000000000001";
const write = (patient: string, body: unknown, as = okafor) =>
  call("POST", `/v1/patients/${patient}/records`, { as, body });
const mustWrite = (patient: string, body: unknown, as = okafor) =>
  mustCall("POST", `/v1/patients/${patient}/records`, { as, body });
const list = (patient: string, query = "", as = okafor) =>
  mustCall("GET", `/v1/patients/${patient}/records${query}`, { as });

const code = { system: "http://snomed.info/sct", code: "38341003", display: "Hypertensive disorder" };
const at = "2020-02-29T23:30:00Z";
const note = { kind: "note", title: "Visit", text: "All is well." };
const bloodPressure = { system: "http://loinc.org", code: "85354-9" };
const systolic = { system: "http://loinc.org", code: "8480-6" };
const diastolic = { system: "http://loinc.org", code: "8462-4" };
const measured = { kind: "observation", code, quantity: { value: 5.4, unit: "kg" } };

/** An entry of each kind, each with all that its kind may carry. */
const full = (identifier: object, named = ""): Record<string, object> => ({
  note: { kind: "note", title: "Análise 🩺", text: "Line one\n\tline two — 陳大文", code, occurredAt: at, identifier },
  "observation of a quantity": {
    kind: "observation",
    code,
    quantity: { value: -12.75, unit: "mmol/L", code: "mmol/L" },
    occurredAt: at,
    identifier,
  },
  "observation of a vital sign": {
    kind: "observation",
    category: "vital-signs",
    code,
    quantity: { value: 98, comparator: ">=", unit: "%" },
    referenceRanges: [{ low: 95 }, { high: 100, text: "resting" }],
    interpretation: "N",
    labels: ["substance-use", "mental-health"],
    occurredAt: at,
    identifier,
  },
  "panel of observations": {
    kind: "observation",
    category: "vital-signs",
    code: bloodPressure,
    components: [
      { code: systolic, quantity: { value: 142, unit: "mmHg", code: "mm[Hg]" }, interpretation: "H" },
      { code: diastolic, quantity: { value: 90, unit: "mmHg", code: "mm[Hg]" }, referenceRanges: [{ high: 85 }] },
    ],
    occurredAt: at,
    identifier,
  },
  "observation in words": { kind: "observation", code, text: "pale", occurredAt: at, identifier },
  "observation by code": {
    kind: "observation",
    code,
    coded: { system: "http://loinc.org", code: "LA6576-8" },
    occurredAt: at,
    identifier,
  },
  condition: {
    kind: "condition",
    code,
    clinicalStatus: "resolved",
    verificationStatus: "confirmed",
    onsetAt: "2020-01-01T00:00:00Z",
    abatedAt: "2021-01-01T00:00:00Z",
    occurredAt: at,
    identifier,
  },
  allergy: {
    kind: "allergy",
    code,
    clinicalStatus: "active",
    verificationStatus: "unconfirmed",
    categories: ["food", "medication"],
    criticality: "high",
    reactions: [code, { system: "urn:oid:1.2.3", code: "hives" }],
    occurredAt: at,
    identifier,
  },
  medication: {
    kind: "medication",
    code,
    status: "on-hold",
    dosage: "1 daily",
    reason: "Hypertension",
    occurredAt: at,
    identifier,
  },
  immunization: { kind: "immunization", code, status: "not-done", lotNumber: "LOT-1", occurredAt: at, identifier },
  procedure: {
    kind: "procedure",
    code,
    status: "completed",
    performed: { start: at, end: "2020-03-01T00:30:00Z" },
    bodySites: [code],
    reason: "Cough",
    occurredAt: at,
    identifier,
  },
  device: {
    kind: "device",
    code,
    status: "active",
    udi: { deviceIdentifier: "00844588003288", carrier: "(01)00844588003288(17)141120(10)7654321D(21)10987654d321" },
    lotNumber: "7654321D",
    serialNumber: "10987654d321",
    manufactureDate: "2013-02-28",
    expirationDate: "2028-02-29",
    occurredAt: at,
    identifier,
  },
  document: {
    kind: "document",
    title: "Letter",
    document: named,
    contentType: "application/pdf",
    code,
    occurredAt: at,
    identifier,
  },
});

describe("an entry of the record", () => {
  it.each(Object.keys(full({})))("of kind %s is kept as it was written", async (kind) => {
    const patient = await newPatient({}, okafor);
    const named = kind === "document" ? (await uploaded(patient)).document.id : undefined;
    const given = full({ system: "urn:example:record", value: randomUUID() }, named)[kind];
    const { status, body, headers } = await write(patient, given);
    const { id, author, version, state, createdAt, updatedAt, ...rest } = body;
    expect({ status, version, state, place: headers.get("location"), tag: headers.get("etag") }).toEqual({
      status: 201,
      version: 1,
      state: "final",
      place: `/v1/patients/${patient}/records/${id}`,
      tag: '"1"',
    });
    expect(rest).toEqual({ ...given, patient });
    expect(await mustCall("GET", `/v1/patients/${patient}/records/${id}`, { as: okafor })).toEqual(body);
    expect(await list(patient)).toEqual({ items: [body] });
  });

  it("happened now unless said otherwise, and names its author", async () => {
    const patient = await newPatient({}, okafor);
    const now = "2026-12-01T10:00:00.250Z";
    const me = await mustCall("GET", "/v1/me", { as: okafor });
    const { body } = await call("POST", `/v1/patients/${patient}/records`, { as: okafor, body: note, at: now });
    expect(body).toMatchObject({
      occurredAt: now,
      createdAt: now,
      author: { user: me.user, practitioner: me.memberships[0].person },
    });
  });

  it("tells when it happened in UTC", async () => {
    const { occurredAt } = await mustWrite(await newPatient({}, okafor), {
      ...note,
      occurredAt: "2020-02-29T18:30:00.5-05:00",
    });
    expect(occurredAt).toBe("2020-02-29T23:30:00.500Z");
  });

  it.each([
    ["a condition, when it set in", { kind: "condition", code, onsetAt: at }],
    ["a procedure, when it began", { kind: "procedure", code, status: "completed", performed: { start: at } }],
  ])("happened, for %s unless said otherwise", async (_, body) => {
    expect(await mustWrite(await newPatient({}, okafor), body)).toMatchObject({ occurredAt: at });
  });

  it("may belong to a visit of the patient", async () => {
    const scene = await newScene();
    const { id } = await mustCall("POST", "/v1/appointments", {
      as: desk,
      body: { ...scene, start: "2027-06-01T09:00:00Z" },
    });
    expect(await mustWrite(scene.patient, { ...note, appointment: id })).toMatchObject({ appointment: id });
  });

  it("cannot belong to another patient's visit, nor to none there is", async () => {
    const [scene, other] = await Promise.all([newScene(), newPatient({}, okafor)]);
    const { id } = await mustCall("POST", "/v1/appointments", {
      as: desk,
      body: { ...scene, start: "2027-06-01T09:00:00Z" },
    });
    const errors = [{ path: "appointment", expected: "an appointment of this patient" }];
    const unknown = { status: 422, body: { code: "unknown-appointment", errors } };
    expect(await write(other, { ...note, appointment: id })).toMatchObject(unknown);
    expect(await write(other, { ...note, appointment: "apt_0000000000000000000000" })).toMatchObject(unknown);
    expect(await list(other)).toEqual({ items: [] });
  });

  it("is written once by its identifier, which names the one that is there", async () => {
    const [patient, other] = await Promise.all([newPatient({}, okafor), newPatient({}, okafor)]);
    const identifier = { system: "urn:example:record", value: randomUUID() };
    const { id } = await mustWrite(patient, { ...note, identifier });
    expect(await write(other, { ...note, identifier })).toMatchObject({
      status: 409,
      body: { code: "identifier-taken", existing: id },
    });
  });

  it("is found under its own patient alone", async () => {
    const [patient, other] = await Promise.all([newPatient({}, okafor), newPatient({}, okafor)]);
    const { id } = await mustWrite(patient, note);
    expect((await call("GET", `/v1/patients/${other}/records/${id}`, { as: okafor })).status).toBe(404);
  });

  it("may be as long as a body may be, whatever its letters weigh, or is refused as too large", async () => {
    const patient = await newPatient({}, okafor);
    expect((await write(patient, { ...note, text: "a".repeat(100_000) })).status).toBe(201);
    expect((await write(patient, { ...note, text: "文".repeat(60_000) })).status).toBe(201);
    expect(await write(patient, { ...note, text: "文".repeat(85_000) })).toMatchObject({
      status: 413,
      body: { code: "too-large" },
    });
  });

  it.each([
    [
      "an observation with two values",
      { ...measured, text: "heavy" },
      "quantity",
      "exactly one of quantity, text, coded",
    ],
    [
      "an observation with three values",
      { ...measured, text: "heavy", coded: code },
      "quantity",
      "exactly one of quantity, text, coded",
    ],
    ["an observation with no value", { kind: "observation", code }, "quantity", "exactly one of quantity, text, coded"],
    ["a quantity as text", { ...measured, quantity: { value: "5.4", unit: "kg" } }, "quantity.value", "a number"],
    [
      "a quantity without a unit",
      { ...measured, quantity: { value: 5.4 } },
      "quantity.unit",
      "text of 1 to 50 characters",
    ],
    [
      "a unit that is none of UCUM's",
      { ...measured, quantity: { value: 60, unit: "bpm" } },
      "quantity.unit",
      "a UCUM code, such as mm[Hg] or 10*9/L, unless code is given",
    ],
    [
      "a code of a unit that is none of UCUM's",
      { ...measured, quantity: { value: 5, unit: "10⁹/L", code: "10^9//L" } },
      "quantity.code",
      "a UCUM code, such as mm[Hg] or 10*9/L",
    ],
    ["an empty range", { ...measured, referenceRanges: [{}] }, "referenceRanges.0", "at least one of low, high, text"],
    [
      "a range upside down",
      { ...measured, referenceRanges: [{ low: 2, high: 1 }] },
      "referenceRanges.0.high",
      "high not below low",
    ],
    [
      "a panel's part without a value",
      { kind: "observation", code, components: [{ code: systolic }] },
      "components.0.quantity",
      "exactly one of quantity, text, coded",
    ],
    ["an empty panel", { kind: "observation", code, components: [] }, "components", "a list of 1 to 50 entries"],
    [
      "a procedure that ended before it began",
      { kind: "procedure", code, status: "completed", performed: { start: at, end: "2020-02-29T23:29:59Z" } },
      "performed.end",
      "an end not before the start",
    ],
    [
      "a device that expires on no day of the calendar",
      { kind: "device", code, status: "active", expirationDate: "2027-02-29" },
      "expirationDate",
      "a date such as 1980-02-29",
    ],
    ["a state that comes later", { ...note, state: "amended" }, "state", "one of draft, final"],
    [
      "an unknown label",
      { ...note, labels: ["secret"] },
      "labels.0",
      "one of mental-health, sexual-health, substance-use",
    ],
    ["a note with a quantity", { ...note, quantity: { value: 1, unit: "kg" } }, "quantity", "no such field"],
    ["a note without a text", { kind: "note", title: "Visit" }, "text", "text of 1 to 100000 characters"],
    [
      "a note over 100,000 characters",
      { ...note, text: "a".repeat(100_001) },
      "text",
      "text of 1 to 100000 characters",
    ],
    ["a condition with a dosage", { kind: "condition", code, dosage: "1 daily" }, "dosage", "no such field"],
    [
      "a medication without a status",
      { kind: "medication", code },
      "status",
      expect.stringMatching(/^one of active, on-hold/),
    ],
    [
      "an immunization with a medication's status",
      { kind: "immunization", code, status: "active" },
      "status",
      "one of completed, entered-in-error, not-done",
    ],
    ["an allergy without a code", { kind: "allergy" }, "code", "an object"],
    [
      "an allergy with an unknown category",
      { kind: "allergy", code, categories: ["food", "pollen"] },
      "categories.1",
      "one of food, medication, environment, biologic",
    ],
    [
      "a code without a system's URI",
      { kind: "condition", code: { ...code, system: "snomed" } },
      "code.system",
      expect.stringContaining("URI"),
    ],
    ["an unknown kind", { ...note, kind: "poem" }, "kind", expect.stringMatching(/^an entry whose kind is note/)],
    ["no kind", { title: "Visit", text: "x" }, "kind", expect.stringMatching(/^an entry whose kind is note/)],
    ["an author", { ...note, author: { user: "me" } }, "author", "no such field"],
    ["a patient", { ...note, patient: "pat_0000000000000000000000" }, "patient", "no such field"],
  ])("with %s is refused, saying where and what is expected", async (_, body, path, expected) => {
    const answer = await write(await newPatient({}, okafor), body);
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid-request", errors: [{ path, expected }] } });
  });
});

describe("the list of a patient's record", () => {
  it("goes by when it happened, newest first, whatever was written first", async () => {
    const patient = await newPatient({}, okafor);
    const times = [
      "2021-05-01T00:00:00Z",
      "2019-12-31T23:00:00-05:00",
      "2020-01-01T00:00:00Z",
      "1999-01-01T00:00:00Z",
      "2021-05-01T00:00:00.001Z",
    ];
    for (const occurredAt of times) await mustWrite(patient, { ...note, occurredAt });
    const { items } = await list(patient);
    expect(items.map(({ occurredAt }: { occurredAt: string }) => occurredAt)).toEqual([
      "2021-05-01T00:00:00.001Z",
      "2021-05-01T00:00:00Z",
      "2020-01-01T04:00:00Z",
      "2020-01-01T00:00:00Z",
      "1999-01-01T00:00:00Z",
    ]);
  });

  it("comes page by page, also where many happened at one moment", async () => {
    const patient = await newPatient({}, okafor);
    const written = await Promise.all(Array.from({ length: 5 }, () => mustWrite(patient, { ...note, occurredAt: at })));
    const first = await list(patient, "?limit=2");
    const second = await list(patient, `?limit=2&cursor=${first.next}`);
    const third = await list(patient, `?limit=2&cursor=${second.next}`);
    const ids = [first, second, third].flatMap(({ items }) => items.map(({ id }: { id: string }) => id));
    expect([first, second, third].map(({ items }) => items.length)).toEqual([2, 2, 1]);
    expect(ids.sort()).toEqual(written.map(({ id }) => id).sort());
    expect(third.next).toBeUndefined();
  });

  it("shows one kind where one is asked for, every page full but the last", async () => {
    const patient = await newPatient({}, okafor);
    for (const month of ["01", "02", "03", "04", "05"]) {
      await mustWrite(patient, { ...note, occurredAt: `2020-${month}-01T00:00:00Z` });
      await mustWrite(patient, { ...measured, occurredAt: `2020-${month}-02T00:00:00Z` });
      await mustWrite(patient, { ...measured, occurredAt: `2020-${month}-03T00:00:00Z` });
    }
    const first = await list(patient, "?kind=note&limit=3");
    const second = await list(patient, `?kind=note&limit=3&cursor=${first.next}`);
    const months = [first, second].map(({ items }) =>
      items.map(({ occurredAt }: { occurredAt: string }) => occurredAt.slice(5, 7)),
    );
    expect(months).toEqual([
      ["05", "04", "03"],
      ["02", "01"],
    ]);
    expect([...first.items, ...second.items].every(({ kind }: { kind: string }) => kind === "note")).toBe(true);
    expect(second.next).toBeUndefined();
    expect(await list(patient, "?kind=allergy")).toEqual({ items: [] });
  });

  it("ends a page before it weighs more than a function can answer, 6 MB, and leads on", async () => {
    const patient = await newPatient({}, okafor);
    const heavy = { ...note, text: "文".repeat(60_000) };
    const written = await Promise.all(Array.from({ length: 36 }, () => mustWrite(patient, heavy)));
    const first = await list(patient, "?limit=100");
    const second = await list(patient, `?limit=100&cursor=${first.next}`);
    expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThan(6_000_000);
    const ids = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
    expect(ids.sort()).toEqual(written.map(({ id }) => id).sort());
  });

  it("knows no other kinds", async () => {
    const answer = await call("GET", `/v1/patients/${await newPatient({}, okafor)}/records?kind=poem`, { as: okafor });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: "kind" }] } });
  });
});

describe("who sees the record", () => {
  const secret = { title: `title ${randomUUID()}`, text: `text ${randomUUID()}` };
  let scene: Awaited<ReturnType<typeof newScene>>;
  let record: { id: string };

  beforeAll(async () => {
    scene = await newScene();
    const { id: appointment } = await mustCall("POST", "/v1/appointments", {
      as: desk,
      body: { ...scene, start: "2027-06-01T09:00:00Z" },
    });
    record = await mustWrite(scene.patient, { kind: "note", ...secret, appointment });
  });

  it("is not the front desk, to whom demographics and appointments show nothing of it", async () => {
    const { patient } = scene;
    const { status, body: person } = await call("GET", `/v1/patients/${patient}`, { as: desk });
    const seen = [person, await mustCall("GET", `/v1/appointments?patient=${patient}`, { as: desk })];
    seen.push(await mustCall("GET", `/v1/patients?name=${person.name.given[0]}`, { as: desk }));
    expect(status).toBe(200);
    for (const clinical of [secret.title, secret.text, record.id]) expect(JSON.stringify(seen)).not.toContain(clinical);
    expect(Object.keys(person).sort()).toEqual([
      "active",
      "attendance",
      "createdAt",
      "id",
      "name",
      "updatedAt",
      "version",
    ]);
    expect(Object.keys(seen[1].items[0]).sort()).toEqual([
      "createdAt",
      "end",
      "id",
      "patient",
      "practitioner",
      "resources",
      "sequence",
      "service",
      "start",
      "status",
      "updatedAt",
      "version",
    ]);
  });

  it.each([desk, privacy, admin])("is not %s: list and entry are 403", async (as) => {
    const refused = { status: 403, body: { code: "role-not-allowed" } };
    expect(await call("GET", `/v1/patients/${scene.patient}/records`, { as })).toMatchObject(refused);
    expect(await call("GET", `/v1/patients/${scene.patient}/records/${record.id}`, { as })).toMatchObject(refused);
  });

  it.each([desk, privacy, ana])("is not written by %s", async (as) => {
    expect(await write(scene.patient, note, as)).toMatchObject({ status: 403, body: { code: "role-not-allowed" } });
  });

  it("is an admin's to add to, as nobody's practitioner, and not to read", async () => {
    const patient = await newPatient({}, okafor);
    const { id, author } = await mustWrite(patient, note, admin);
    expect(author.practitioner).toBeUndefined();
    expect((await call("GET", `/v1/patients/${patient}/records/${id}`, { as: admin })).status).toBe(403);
    expect((await list(patient)).items.map((entry: { id: string }) => entry.id)).toEqual([id]);
  });

  it("is the patient, of their own alone", async () => {
    const { patient } = scene;
    const { email } = await newUser({ clinic: demo, role: "patient", person: patient });
    const other = await newPatient({}, okafor);
    const theirs = await mustWrite(other, note);
    expect((await list(patient, "", email)).items).toEqual([record]);
    expect(await mustCall("GET", `/v1/patients/${patient}/records/${record.id}`, { as: email })).toEqual(record);
    expect((await call("GET", `/v1/patients/${other}/records`, { as: email })).status).toBe(404);
    expect((await call("GET", `/v1/patients/${other}/records/${theirs.id}`, { as: email })).status).toBe(404);
    expect((await call("GET", `/v1/patients/${patient}/records/${theirs.id}`, { as: email })).status).toBe(404);
  });
});
