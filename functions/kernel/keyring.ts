import { randomBytes } from "node:crypto";
import { DecryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { absent, put, type Write } from "./commit.ts";
import { env, envOr } from "./env.ts";
import { busy } from "./problem.ts";
import { type Item, type Key, keyOf, query } from "./table.ts";
import { open, openBytes, type Place, type SealingKey, seal, sealBytes } from "./vault.ts";

/** A clinic's keys, unwrapped: the newest seals, all of them open; `index` keys the blind indexes. */
export interface Keyring {
  clinic: string;
  current: SealingKey;
  keys: readonly SealingKey[];
  index: Uint8Array;
}

/** A patient's key, unwrapped; everything of theirs is sealed by it, and unreadable once its row is gone. */
export interface PatientKey extends SealingKey {
  clinic: string;
  patient: string;
}

const kms = new KMSClient({
  endpoint: envOr("KMS_ENDPOINT"),
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
});

const remembered = new Map<string, { until: number; keyring: Promise<Keyring> }>();
const memory = 5 * 60_000;

/** A clinic's keys, asked of KMS at most every five minutes by one running function. KMS out of reach: 503. */
export function openKeyring(clinic: string): Promise<Keyring> {
  const seen = remembered.get(clinic);
  if (seen && seen.until > performance.now()) return seen.keyring;
  const keyring = unwrapAll(clinic);
  remembered.set(clinic, { until: performance.now() + memory, keyring });
  keyring.catch(() => remembered.delete(clinic));
  return keyring;
}

async function unwrapAll(clinic: string): Promise<Keyring> {
  const { items } = await query(keyOf("key", [clinic], ""));
  const unwrapped = await Promise.all(items.map(async (row) => ({ row, bytes: await unwrap(clinic, row) })));
  const keys = unwrapped
    .filter(({ row }) => row.sk.startsWith("SEAL#"))
    .map(({ row, bytes }): SealingKey => ({ kind: "C", number: Number(row.sk.slice(5)), bytes }))
    .sort((a, b) => b.number - a.number);
  const index = unwrapped.find(({ row }) => row.sk.startsWith("INDEX#"))?.bytes;
  const current = keys[0];
  if (!current || !index) throw new Error("the clinic has no keys");
  return { clinic, current, keys, index };
}

async function unwrap(clinic: string, row: Item): Promise<Uint8Array> {
  try {
    const { Plaintext } = await kms.send(
      new DecryptCommand({
        KeyId: env("KMS_KEY"),
        CiphertextBlob: row["wrapped"] as Uint8Array,
        EncryptionContext: { clinic, purpose: row.sk },
      }),
    );
    if (!Plaintext) throw new Error("KMS answered without a key");
    return Plaintext;
  } catch {
    throw busy("keys-unavailable");
  }
}

/** Where a patient's wrapped key lies. */
export function patientKeyAt(clinic: string, patient: string): Key {
  return keyOf("key", [clinic, patient], "PATIENT#1");
}

/** A new patient's key and the write that keeps it. */
export function newPatientKey(keyring: Keyring, patient: string): { key: PatientKey; write: Write } {
  const { clinic } = keyring;
  const key: PatientKey = { kind: "P", number: 1, bytes: randomBytes(32), clinic, patient };
  const wrapped = sealBytes(keyring.current, wrappingPlace(clinic, patient, 1), key.bytes);
  return {
    key,
    write: put(
      patientKeyAt(clinic, patient),
      { wrapped },
      absent(() => new Error("the patient has a key")),
    ),
  };
}

/** A patient's key from its row; undefined if it was destroyed, and the patient with it. */
export function patientKey(keyring: Keyring, patient: string, row: Item | undefined): PatientKey | undefined {
  if (!row) return undefined;
  const number = Number(row.sk.slice("PATIENT#".length));
  const bytes = openBytes(keyring.keys, wrappingPlace(keyring.clinic, patient, number), row["wrapped"] as Uint8Array);
  return { kind: "P", number, bytes, clinic: keyring.clinic, patient };
}

function wrappingPlace(clinic: string, patient: string, number: number): Place {
  return { table: "keys", clinic, type: "patient-key", id: patient, version: number };
}

/** Seals what a clinic keeps of its own: practitioners, time off, cursors. */
export function sealFor(keyring: Keyring, type: string, id: string, version: number, value: unknown): Uint8Array {
  return seal(keyring.current, { table: "clinic", clinic: keyring.clinic, type, id, version }, value);
}

export function openFor<Value>(keyring: Keyring, type: string, id: string, version: number, blob: unknown): Value {
  return open(keyring.keys, { table: "clinic", clinic: keyring.clinic, type, id, version }, blob as Uint8Array);
}

/** Seals what belongs to one patient. */
export function sealOf(key: PatientKey, type: string, id: string, version: number, value: unknown): Uint8Array {
  return seal(key, { table: "clinic", clinic: key.clinic, type, id, version }, value);
}

export function openOf<Value>(key: PatientKey, type: string, id: string, version: number, blob: unknown): Value {
  return open([key], { table: "clinic", clinic: key.clinic, type, id, version }, blob as Uint8Array);
}
