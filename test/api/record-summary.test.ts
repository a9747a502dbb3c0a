import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newUser } from "../support/members.ts";
import { type Entry, mustMove, mustWrite, note } from "../support/records.ts";
import { dumpFamily, rowsUnder } from "../support/tables.ts";
import { admin, desk, lindqvist, newScene, newTreated, okafor, privacy, treat } from "../support/world.ts";

type Lists = Record<"conditions" | "allergies" | "medications" | "vitals" | "appointments", Entry[]>;
type Summary = Lists & { more: string[] };
const empty: Summary = { conditions: [], allergies: [], medications: [], vitals: [], appointments: [], more: [] };

const summary = (patient: string, as = okafor, at?: string): Promise<Summary> =>
  mustCall("GET", `/v1/patients/${patient}/summary`, { as, ...(at ? { at } : {}) });
const code = { system: "http://snomed.info/sct", code: "38341003" };
const loinc = (its: string) => ({ system: "http://loinc.org", code: its });
const on = (day: number) => `2020-01-${String(day).padStart(2, "0")}T12:00:00Z`;
const pulse = (value: number, day: number) => ({
  kind: "observation",
  category: "vital-signs",
  code: loinc("8867-4"),
  quantity: { value, unit: "/min" },
  occurredAt: on(day),
});

describe("the summary of a patient", () => {
  it.each([
    ["conditions", { kind: "condition", code }],
    ["conditions", { kind: "condition", code, clinicalStatus: "active", verificationStatus: "provisional" }],
    ["conditions", { kind: "condition", code, clinicalStatus: "relapse" }],
    ["allergies", { kind: "allergy", code }],
    ["allergies", { kind: "allergy", code, clinicalStatus: "active", verificationStatus: "unconfirmed" }],
    ["medications", { kind: "medication", code, status: "active" }],
    ["medications", { kind: "medication", code, status: "on-hold" }],
    ["vitals", pulse(70, 1)],
    ["vitals", { kind: "observation", code: loinc("8310-5"), quantity: { value: 37, unit: "Cel" } }],
  ] as const)("tells among the %s of %j", async (list, body) => {
    const patient = await newTreated();
    const entry = await mustWrite(patient, body);
    expect(await summary(patient)).toEqual({ ...empty, [list]: [entry] });
  });

  it.each([
    { kind: "condition", code, clinicalStatus: "resolved" },
    { kind: "condition", code, abatedAt: on(1) },
    { kind: "condition", code, clinicalStatus: "active", verificationStatus: "refuted" },
    { kind: "allergy", code, clinicalStatus: "inactive" },
    { kind: "allergy", code, verificationStatus: "entered-in-error" },
    { kind: "medication", code, status: "stopped" },
    { ...pulse(70, 1), category: "laboratory", code: loinc("2345-7") },
    { ...pulse(70, 1), category: "laboratory" },
    { kind: "observation", code: loinc("2345-7"), quantity: { value: 5, unit: "mmol/L" } },
    { ...pulse(70, 1), state: "draft" },
    note,
  ])("does not tell of %j", async (body) => {
    const patient = await newTreated();
    await mustWrite(patient, body);
    expect(await summary(patient)).toEqual(empty);
  });

  it("tells of vital signs the latest of each code, whatever was written last", async () => {
    const patient = await newTreated();
    await mustWrite(patient, pulse(71, 5));
    const weight = await mustWrite(patient, { ...pulse(80, 2), code: loinc("29463-7") });
    const latest = await mustWrite(patient, pulse(75, 9));
    await mustWrite(patient, pulse(60, 1));
    expect((await summary(patient)).vitals).toEqual([latest, weight]);
  });

  it("follows what becomes of an entry", async () => {
    const patient = await newTreated();
    const medication = { kind: "medication", code, status: "active" };
    const { id } = await mustWrite(patient, { ...medication, state: "draft" });
    const told = async () => (await summary(patient)).medications.map(({ version }) => version);
    const amend = (version: number, record: object) =>
      mustMove("amend", { patient, id, version, body: { reason: "x", record } });
    expect(await told()).toEqual([]);
    await mustMove("sign", { patient, id, version: 1 });
    expect(await told()).toEqual([2]);
    await amend(2, { ...medication, dosage: "2 daily" });
    expect(await told()).toEqual([3]);
    await amend(3, { ...medication, status: "stopped" });
    expect(await told()).toEqual([]);
    await amend(4, medication);
    expect(await told()).toEqual([5]);
    await mustMove("retract", { patient, id, version: 5 });
    expect(await told()).toEqual([]);
    const rows = await rowsUnder("CLINIC_TABLE", `RECORD#cln_DemoClinic000000000001#${patient}`);
    expect(rows.filter(({ sk }) => sk.startsWith("SHELF#"))).toEqual([]);
  });

  it("follows a vital sign whose code is amended", async () => {
    const patient = await newTreated();
    const before = await mustWrite(patient, pulse(70, 1));
    const { id } = await mustWrite(patient, pulse(80, 2));
    const record = { ...pulse(80, 2), code: loinc("29463-7") };
    const amended = await mustMove("amend", { patient, id, version: 1, body: { reason: "x", record } });
    expect((await summary(patient)).vitals).toEqual([amended, before]);
  });

  it("falls back on the vital sign before, where the latest was entered in error", async () => {
    const patient = await newTreated();
    const before = await mustWrite(patient, pulse(70, 1));
    const { id } = await mustWrite(patient, pulse(700, 2));
    await mustMove("retract", { patient, id, version: 1 });
    expect((await summary(patient)).vitals).toEqual([before]);
  });

  it("names the lists of which there is more, the newest first in each, and cuts no other for them", async () => {
    const patient = await newTreated();
    const many = Array.from({ length: 103 }, (_, day) => new Date(Date.UTC(2019, 0, 1 + day)).toISOString());
    const turns = [many.slice(0, 52), many.slice(52)];
    for (const turn of turns)
      await Promise.all(
        turn.map((occurredAt) => mustWrite(patient, { kind: "medication", code, status: "active", occurredAt })),
      );
    const allergy = await mustWrite(patient, { kind: "allergy", code, occurredAt: "1990-01-01T00:00:00Z" });
    const { medications, allergies, more } = await summary(patient);
    expect(more).toEqual(["medications"]);
    expect(allergies).toEqual([allergy]);
    expect(medications.map(({ occurredAt }) => Date.parse(occurredAt))).toEqual(
      many.slice(3).toReversed().map(Date.parse),
    );
  });

  it("weighs less than a function can answer, and says what it left out", async () => {
    const patient = await newTreated();
    const part = { code: loinc("1"), text: "文".repeat(2000) };
    const heavy = (its: number) => ({
      ...pulse(1, 1),
      quantity: undefined,
      code: loinc(`h${its}`),
      components: Array(25).fill(part),
    });
    await Promise.all(Array.from({ length: 30 }, (_, its) => mustWrite(patient, heavy(its))));
    const condition = await mustWrite(patient, { kind: "condition", code });
    const told = await summary(patient);
    expect(Buffer.byteLength(JSON.stringify(told))).toBeLessThan(5_000_000);
    expect(told.vitals.length).toBeGreaterThan(20);
    expect(told.conditions).toEqual([condition]);
    expect(told.more).toEqual(["vitals"]);
  });

  it("has the next ten appointments, by start: not those past or cancelled", async () => {
    const scene = await newScene();
    const book = (day: number) => {
      const start = new Date(Date.UTC(2027, 5, 1 + day, 9)).toISOString();
      return mustCall<Entry>("POST", "/v1/appointments", { as: desk, body: { ...scene, start } });
    };
    const booked: Entry[] = [];
    for (const day of [3, 1, 2, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12]) booked.push(await book(day));
    await mustCall("POST", `/v1/appointments/${booked[1]?.id}/cancel`, { as: desk, body: {} });
    await treat(scene.patient);
    const { appointments } = await summary(scene.patient, okafor, "2027-06-01T09:00:00.001Z");
    expect(appointments.map(({ id }) => id)).toEqual(
      [2, 0, 4, 5, 6, 7, 8, 9, 10, 11].map((place) => booked[place]?.id),
    );
    expect((await summary(scene.patient, okafor, "2027-06-01T09:00:00Z")).appointments[0]?.id).toBe(booked[3]?.id);
  });

  it("is for practitioners, and for the patient of their own", async () => {
    const [patient, other] = await Promise.all([newTreated(), newTreated()]);
    await mustWrite(patient, { kind: "allergy", code });
    const { email } = await newUser({ clinic: "cln_DemoClinic000000000001", role: "patient", person: patient });
    expect(await summary(patient, email)).toEqual(await summary(patient, lindqvist));
    expect((await call("GET", `/v1/patients/${other}/summary`, { as: email })).status).toBe(404);
    for (const as of [desk, admin, privacy])
      expect((await call("GET", `/v1/patients/${patient}/summary`, { as })).status, as).toBe(403);
  });

  it("shows on the raw table neither which shelf is which, nor that two patients' are alike", async () => {
    const patients = await Promise.all([newTreated(), newTreated()]);
    for (const patient of patients) await mustWrite(patient, { kind: "allergy", code });
    const rows = (await dumpFamily("RECORD")).filter(
      ({ pk, sk }) => patients.some((its) => pk.endsWith(its)) && sk.startsWith("SHELF#"),
    );
    expect(rows.map((row) => Object.keys(row).sort())).toEqual([
      ["pk", "sk"],
      ["pk", "sk"],
    ]);
    expect(new Set(rows.map(({ sk }) => sk.split("#")[1])).size).toBe(2);
  });
});
