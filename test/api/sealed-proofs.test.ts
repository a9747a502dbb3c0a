import { createDecipheriv } from "node:crypto";
import { beforeAll, describe, expect, inject, it } from "vitest";
import type { Keyring } from "../../functions/kernel/keyring.ts";
import type { SealingKey } from "../../functions/kernel/vault.ts";
import { call, mustCall } from "../support/client.ts";
import { newClinic, newUser } from "../support/members.ts";
import { dump, type Item, itemAt, putBack, takeOut } from "../support/tables.ts";

/** A word that is in everything that is sealed here. */
const canary = "Zyxcanaryqwv";

type Scene = Awaited<ReturnType<typeof newScene>>;

/** A clinic of its own with two patients, of whom one has two entries in the record, and two practitioners with time off. */
async function newScene() {
  const { clinic, admin, desk } = await newClinic("US");
  const doctor = (await newUser({ clinic, role: "practitioner", person: "prc_0000000000000000000000" })).email;
  const post = async (path: string, as: string, body: object) =>
    (await mustCall("POST", path, { as, body })).id as string;
  const patients = await Promise.all(
    ["A", "B"].map((each) => post("/v1/patients", doctor, { name: { family: `${canary}${each}` } })),
  );
  const note = (text: string) =>
    post(`/v1/patients/${patients[0]}/records`, doctor, { kind: "note", title: "t", text });
  const records = await Promise.all([note(`${canary} first`), note(`${canary} second`)]);
  const practitioners = await Promise.all(
    ["A", "B"].map((each) => post("/v1/practitioners", admin, { name: { text: `Dr. ${canary}${each}` } })),
  );
  const off = { start: "2028-03-01T09:00:00Z", end: "2028-03-01T10:00:00Z", reason: `${canary} away` };
  const timeOff = await post(`/v1/practitioners/${practitioners[0]}/time-off`, admin, off);
  return { clinic, admin, desk, doctor, patients, records, practitioners, timeOff };
}

const rowsOf = async ({ clinic }: Pick<Scene, "clinic">, table: "CLINIC_TABLE" | "KEYS_TABLE" = "CLINIC_TABLE") =>
  (await dump(table, { clinic })).filter(({ pk }) => pk.split("#")[1] === clinic);

async function rowAt(pk: string, sk: string, table: "CLINIC_TABLE" | "KEYS_TABLE" = "CLINIC_TABLE"): Promise<Item> {
  const row = await itemAt(table, pk, sk);
  if (!row) throw new Error(`no row ${pk} ${sk}`);
  return row;
}

const patientRow = ({ clinic, patients }: Scene, place: number) =>
  rowAt(`PATIENT#${clinic}#${patients[place]}`, "PATIENT");
const recordRow = ({ clinic, patients, records }: Scene, place: number) =>
  rowAt(`RECORD#${clinic}#${patients[0]}`, records[place] as string);
const practitionerRow = ({ clinic, practitioners }: Scene, place: number) =>
  rowAt(`PRACTITIONER#${clinic}`, practitioners[place] as string);
const keyRow = ({ clinic, patients }: Scene, place: number) =>
  rowAt(`KEY#${clinic}#${patients[place]}`, "PATIENT#1", "KEYS_TABLE");

const readPatient = ({ patients, desk }: Scene, place: number) =>
  call("GET", `/v1/patients/${patients[place]}`, { as: desk });
const readRecord = ({ patients, records, doctor }: Scene, place: number) =>
  call("GET", `/v1/patients/${patients[0]}/records/${records[place]}`, { as: doctor });
const readPractitioner = ({ practitioners, admin }: Scene, place: number) =>
  call("GET", `/v1/practitioners/${practitioners[place]}`, { as: admin });

/** A fault of ours, told without a word of what is sealed. */
const refused = { status: 500, code: "unexpected", tells: false };

function toldBy({ status, body }: { status: number; body: unknown }) {
  return { status, code: (body as { code?: string }).code, tells: JSON.stringify(body).includes(canary) };
}

/** Puts a blob where another lies, asks for it, and puts everything back as it was. */
async function inPlaceOf(row: Item, blob: unknown, ask: () => Promise<{ status: number; body: unknown }>) {
  const attribute = row["wrapped"] ? "wrapped" : "sealed";
  const table = row["wrapped"] ? "KEYS_TABLE" : "CLINIC_TABLE";
  await putBack(table, { ...row, [attribute]: blob });
  const answer = await ask();
  await putBack(table, row);
  return answer;
}

async function opening(clinic: string) {
  Object.assign(process.env, inject("backend").env, { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" });
  const keyring = await import("../../functions/kernel/keyring.ts");
  const patientKeys = await import("../../functions/kernel/patient-keys.ts");
  const vault = await import("../../functions/kernel/vault.ts");
  return { ...keyring, ...patientKeys, ...vault, ring: await keyring.openKeyring(clinic) };
}

let here: Scene;
let other: Scene;

beforeAll(async () => {
  [here, other] = await Promise.all([newScene(), newScene()]);
});

describe("a blob from the tables", () => {
  it("does not open with any one of its bits flipped: a patient's, a record's, a practitioner's, a wrapped key", async () => {
    const { ring, patientKey, openOf, openFor, SealBroken } = await opening(here.clinic);
    const [patient, record, practitioner, wrapped] = [
      await patientRow(here, 0),
      await recordRow(here, 0),
      await practitionerRow(here, 0),
      await keyRow(here, 0),
    ];
    const key = patientKey(ring, here.patients[0] as string, wrapped)!;
    const opened: [Item, (blob: Uint8Array) => unknown][] = [
      [patient, (blob) => openOf(key, "patient", here.patients[0] as string, 1, blob)],
      [record, (blob) => openOf(key, "record", record.sk, 1, blob)],
      [practitioner, (blob) => openFor(ring, "practitioner", practitioner.sk, 1, blob)],
      [wrapped, (blob) => patientKey(ring, here.patients[0] as string, { ...wrapped, wrapped: blob })],
    ];
    for (const [row, open] of opened) {
      const blob = (row["sealed"] ?? row["wrapped"]) as Uint8Array;
      expect(open(blob)).toBeDefined();
      for (let bit = 0; bit < blob.length * 8; bit++) {
        expect(() => open(flipped(blob, bit)), `${row.pk} bit ${bit}`).toThrow(SealBroken);
      }
    }
  });

  it.each([
    ["its format", 0],
    ["the kind of its key", 1],
    ["its key's number", 5],
    ["its nonce", 6],
    ["its text", 18],
    ["its tag", -1],
  ])("is not answered by the API with a bit flipped in %s", async (_, at) => {
    const row = await patientRow(here, 0);
    const blob = row["sealed"] as Uint8Array;
    const byte = at < 0 ? blob.length + at : at;
    expect(toldBy(await inPlaceOf(row, flipped(blob, byte * 8), () => readPatient(here, 0)))).toEqual(refused);
    expect((await readPatient(here, 0)).status).toBe(200);
  });
});

function flipped(blob: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(blob);
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

describe("a blob moved elsewhere is not answered by the API", () => {
  it("between two rows of one patient", async () => {
    const [first, second] = [await recordRow(here, 0), await recordRow(here, 1)];
    expect(toldBy(await inPlaceOf(first, second["sealed"], () => readRecord(here, 0)))).toEqual(refused);
    const { patients, doctor } = here;
    const list = () => call("GET", `/v1/patients/${patients[0]}/records`, { as: doctor });
    expect(toldBy(await inPlaceOf(second, first["sealed"], list))).toEqual(refused);
  });

  it("between patients, in the record or by exchanging their keys", async () => {
    const [first, second] = [await patientRow(here, 0), await patientRow(here, 1)];
    expect(toldBy(await inPlaceOf(first, second["sealed"], () => readPatient(here, 0)))).toEqual(refused);
    const [own, foreign] = [await keyRow(here, 0), await keyRow(here, 1)];
    expect(toldBy(await inPlaceOf(own, foreign["wrapped"], () => readPatient(here, 0)))).toEqual(refused);
    // Row and key of another patient together are no better.
    const both = () => inPlaceOf(first, second["sealed"], () => readPatient(here, 0));
    expect(toldBy(await inPlaceOf(own, foreign["wrapped"], both))).toEqual(refused);
  });

  it("between clinics", async () => {
    const [own, foreign] = [await patientRow(here, 0), await patientRow(other, 0)];
    expect(toldBy(await inPlaceOf(own, foreign["sealed"], () => readPatient(here, 0)))).toEqual(refused);
    expect(
      toldBy(
        await inPlaceOf(await practitionerRow(here, 0), (await practitionerRow(other, 0))["sealed"], () =>
          readPractitioner(here, 0),
        ),
      ),
    ).toEqual(refused);
    expect(
      toldBy(await inPlaceOf(await keyRow(here, 0), (await keyRow(other, 0))["wrapped"], () => readPatient(here, 0))),
    ).toEqual(refused);
  });

  it("between versions of one row", async () => {
    const scene = await newScene();
    const before = await patientRow(scene, 0);
    await mustCall("PATCH", `/v1/patients/${scene.patients[0]}`, {
      as: scene.desk,
      headers: { "if-match": '"1"' },
      body: { language: "pt" },
    });
    const after = await patientRow(scene, 0);
    expect(toldBy(await inPlaceOf(after, before["sealed"], () => readPatient(scene, 0)))).toEqual(refused);
    await putBack("CLINIC_TABLE", { ...before, sealed: after["sealed"] });
    expect(toldBy(await readPatient(scene, 0))).toEqual(refused);
  });

  it("between kinds of things", async () => {
    expect(
      toldBy(
        await inPlaceOf(await patientRow(here, 0), (await recordRow(here, 0))["sealed"], () => readPatient(here, 0)),
      ),
    ).toEqual(refused);
    const { clinic, practitioners, timeOff } = here;
    const off = await rowAt(`SCHEDULE#${clinic}#${practitioners[0]}`, `OFF#${timeOff}`);
    expect(
      toldBy(await inPlaceOf(await practitionerRow(here, 0), off["sealed"], () => readPractitioner(here, 0))),
    ).toEqual(refused);
  });
});

describe("a destroyed key", () => {
  it("of a patient leaves a copy of their rows taken before unreadable, put back or not", async () => {
    const scene = await newScene();
    const [patient] = scene.patients as [string];
    const key = await keyRow(scene, 0);
    const copies = (await rowsOf(scene)).filter((row) => JSON.stringify({ ...row, sealed: 0 }).includes(patient));
    const { ring, patientKey, newPatientKey } = await opening(scene.clinic);
    const sealed = copies.filter((row) => row["sealed"]);
    expect(sealed).toHaveLength(6);
    for (const row of sealed)
      expect(textBy(patientKey(ring, patient, key)!, row["sealed"] as Uint8Array)).toContain(canary);
    await takeOut("KEYS_TABLE", key);
    await takeOut("CLINIC_TABLE", ...copies);
    await putBack("CLINIC_TABLE", ...copies);
    expect([(await readPatient(scene, 0)).status, (await readRecord(scene, 0)).status]).toEqual([404, 404]);
    expect(await found(scene)).toEqual([scene.patients[1]]);

    mustStaySealed(copies, await everyKeyLeft(scene, ring));
    // Another key in its place opens nothing either.
    const forged = newPatientKey(ring, patient).write.item.Put?.Item as Item;
    await putBack("KEYS_TABLE", forged);
    expect(toldBy(await readPatient(scene, 0))).toEqual(refused);
    expect((await readPatient(scene, 1)).status).toBe(200);
  });

  it("of a clinic leaves a copy of all its rows taken before unreadable, while other clinics go on", async () => {
    const scene = await newScene();
    const [copies, keys] = [await rowsOf(scene), await rowsOf(scene, "KEYS_TABLE")];
    const seal = keys.find(({ sk }) => sk === "SEAL#1") as Item;
    await takeOut("KEYS_TABLE", seal);
    await putBack("CLINIC_TABLE", ...copies);
    await putBack("KEYS_TABLE", ...keys.filter(({ sk }) => sk !== "SEAL#1"));
    // Functions remember keys for a while.
    await expect.poll(async () => (await readPatient(scene, 0)).status, { timeout: 5000 }).toBe(500);
    for (const answer of [await readPatient(scene, 0), await readRecord(scene, 0), await readPractitioner(scene, 0)])
      expect(toldBy(answer)).toEqual(refused);

    const { newClinicKey } = await import("../../functions/kernel/new-key.ts");
    await putBack("KEYS_TABLE", { ...seal, wrapped: await newClinicKey(scene.clinic, { kind: "SEAL", number: 1 }) });
    const { ring, patientKey, SealBroken } = await opening(scene.clinic);
    mustStaySealed(copies, ring.keys);
    for (const row of keys.filter(({ sk }) => sk === "PATIENT#1"))
      expect(() => patientKey(ring, row.pk.split("#")[2] as string, row)).toThrow(SealBroken);
    expect((await readPatient(here, 0)).status).toBe(200);
  });
});

async function found({ desk }: Scene): Promise<string[]> {
  return (await mustCall("GET", "/v1/patients", { as: desk })).items.map(({ id }: { id: string }) => id);
}

/** The clinic's keys, and those of all its patients that are left. */
async function everyKeyLeft(scene: Scene, ring: Keyring): Promise<SealingKey[]> {
  const { patientKey } = await opening(scene.clinic);
  const rows = (await rowsOf(scene, "KEYS_TABLE")).filter(({ sk }) => sk === "PATIENT#1");
  return [...ring.keys, ...rows.flatMap((row) => patientKey(ring, row.pk.split("#")[2] as string, row) ?? [])];
}

/** Tries each key on each blob, whatever its tag and place say, and looks for the word in what comes out. */
function mustStaySealed(rows: readonly Item[], keys: readonly SealingKey[]): void {
  for (const row of rows) {
    expect(JSON.stringify({ ...row, sealed: undefined })).not.toContain(canary);
    const blob = row["sealed"] as Uint8Array | undefined;
    for (const key of blob ? keys : []) expect(textBy(key, blob as Uint8Array), row.pk).not.toContain(canary);
  }
}

/** What a key makes of a blob's text: GCM is counter mode, its first counter being 2 (NIST SP 800-38D, 7.2). */
function textBy(key: SealingKey, blob: Uint8Array): string {
  const counter = Buffer.concat([blob.subarray(6, 18), Buffer.from([0, 0, 0, 2])]);
  return createDecipheriv("aes-256-ctr", key.bytes, counter).update(blob.subarray(18, -16)).toString("latin1");
}
