import { randomBytes } from "node:crypto";
import { DecryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { absent, put, type Write } from "./commit.ts";
import { env, envOr } from "./env.ts";
import { busy } from "./problem.ts";
import { type Item, type Key, keyOf, query } from "./table.ts";
import { open, openBytes, type Place, type SealingKey, seal, sealBytes } from "./vault.ts";

/** A clinic's keys, unwrapped. While one is rotated there are two of its kind; docs/keys.md says what is done with which. */
export interface Keyring {
  clinic: string;
  /** What seals; all of `keys` open. */
  current: SealingKey;
  keys: readonly SealingKey[];
  /** The index keys that entries may lie under, oldest first. A search asks all of them, in this order. */
  indexes: readonly IndexKey[];
  /** Those of them under which what must be unique is marked; entries of searches are written under the last. */
  marking: readonly IndexKey[];
}

/** A key of a clinic's blind indexes, with its number among them. */
export interface IndexKey {
  number: number;
  bytes: Uint8Array;
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
const memory = Math.min(300, Number(envOr("KEYS_SECONDS") ?? 300)) * 1000;

/** After this long whatever was changed about a clinic's keys is known to every running function, in milliseconds. */
export const settling = 2 * memory;

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
  const now = Date.now();
  const rows = await findKeyRows(clinic);
  const unwrapped = await Promise.all(rows.map(async (row) => ({ ...row, bytes: await unwrap(clinic, row) })));
  const sealing = unwrapped.filter(({ kind }) => kind === "SEAL").map((row) => ({ ...row, kind: "C" as const }));
  const indexes = unwrapped.filter(({ kind }) => kind === "INDEX");
  const current = sealing.findLast(({ from }) => from <= now);
  const marking = indexes.filter(({ from, until = Number.POSITIVE_INFINITY }) => from <= now && until > now);
  if (!current || marking.length === 0) throw new Error("the clinic has no keys");
  return { clinic, current, keys: sealing, indexes, marking };
}

/** A clinic's key as it lies in the table, wrapped. */
export interface KeyRow {
  kind: "SEAL" | "INDEX";
  number: number;
  wrapped: Uint8Array;
  /** From when on it seals, or is written under (ms since 1970): once every function knows that it is there. */
  from: number;
  /** Until when an index key is written under, once there is a newer one. */
  until?: number | undefined;
  /** When it was made (RFC 3339); the first keys are as old as the clinic. */
  createdAt?: string | undefined;
}

/** Where a clinic's key lies. */
export function clinicKeyAt(clinic: string, { kind, number }: Pick<KeyRow, "kind" | "number">): Key {
  return keyOf("key", [clinic], `${kind}#${number}`);
}

/** A clinic's keys, oldest first. */
export async function findKeyRows(clinic: string): Promise<KeyRow[]> {
  const { items } = await query(keyOf("key", [clinic], ""), { from: "INDEX#", to: "SEAL#~" });
  return items
    .map((item) => {
      const [kind, number] = item.sk.split("#") as [KeyRow["kind"], string];
      const { wrapped, from = 0, until, createdAt } = item as unknown as Partial<KeyRow> & Pick<KeyRow, "wrapped">;
      return { kind, number: Number(number), wrapped, from, until, createdAt };
    })
    .sort((a, b) => a.number - b.number);
}

async function unwrap(clinic: string, row: KeyRow): Promise<Uint8Array> {
  try {
    const { Plaintext } = await kms.send(
      new DecryptCommand({
        KeyId: env("KMS_KEY"),
        CiphertextBlob: row.wrapped,
        EncryptionContext: { clinic, purpose: clinicKeyAt(clinic, row).sk },
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

/** A patient's key wrapped anew, by the newest of the clinic's keys. */
export function rewrapped(keyring: Keyring, patient: string, row: Item): Uint8Array {
  const place = wrappingPlace(keyring.clinic, patient, Number(row.sk.slice("PATIENT#".length)));
  return sealBytes(keyring.current, place, openBytes(keyring.keys, place, row["wrapped"] as Uint8Array));
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
