import { randomBytes } from "node:crypto";
import { absent, put, remove, type Write } from "./commit.ts";
import type { Keyring } from "./keyring.ts";
import { get, getAll, type Item, type Key, keyOf } from "./table.ts";
import { open, openBytes, type Place, type SealingKey, seal, sealBytes } from "./vault.ts";

/** A patient's key, unwrapped; everything of theirs is sealed by it, and unreadable once its row is gone. */
export interface PatientKey extends SealingKey {
  clinic: string;
  patient: string;
}

/** Where a patient's wrapped key lies. */
export function patientKeyAt(clinic: string, patient: string): Key {
  return keyOf("key", [clinic, patient], "PATIENT#1");
}

/** Where the key of a patient lies who was merged into another: nothing that is about a patient looks there. */
export function closedKeyAt(clinic: string, patient: string): Key {
  return keyOf("key", [clinic, patient], "MERGED#1");
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
  const number = numberOf(row);
  const bytes = openBytes(keyring.keys, wrappingPlace(keyring.clinic, patient, number), row["wrapped"] as Uint8Array);
  return { kind: "P", number, bytes, clinic: keyring.clinic, patient };
}

function numberOf({ sk }: Item): number {
  return Number(sk.slice(sk.indexOf("#") + 1));
}

/** The same, read by itself. */
export async function findPatientKey(keyring: Keyring, patient: string): Promise<PatientKey | undefined> {
  return patientKey(keyring, patient, await get(patientKeyAt(keyring.clinic, patient)));
}

/** The key of a patient who was merged into another. */
export async function findClosedKey(keyring: Keyring, patient: string): Promise<PatientKey | undefined> {
  return patientKey(keyring, patient, await get(closedKeyAt(keyring.clinic, patient)));
}

/** The keys of some patients, by their ids; there is none of those who are gone. */
export async function findPatientKeys(
  keyring: Keyring,
  patients: readonly string[],
): Promise<Map<string, PatientKey | undefined>> {
  const ids = [...new Set(patients)];
  const rows = await getAll(ids.map((patient) => patientKeyAt(keyring.clinic, patient)));
  return new Map(ids.map((patient, place) => [patient, patientKey(keyring, patient, rows[place])]));
}

/** A patient's key wrapped anew, by the newest of the clinic's keys. */
export function rewrapped(keyring: Keyring, patient: string, row: Item): Uint8Array {
  const place = wrappingPlace(keyring.clinic, patient, numberOf(row));
  return sealBytes(keyring.current, place, openBytes(keyring.keys, place, row["wrapped"] as Uint8Array));
}

/** The writes that put a patient's key where nothing that is about a patient looks for it. */
export function puttingKeyAway(keyring: Keyring, key: PatientKey): Write[] {
  return movingKey(keyring, key, [patientKeyAt(key.clinic, key.patient), closedKeyAt(key.clinic, key.patient)]);
}

export function bringingKeyBack(keyring: Keyring, key: PatientKey): Write[] {
  return movingKey(keyring, key, [closedKeyAt(key.clinic, key.patient), patientKeyAt(key.clinic, key.patient)]);
}

function movingKey(keyring: Keyring, { clinic, patient, number, bytes }: PatientKey, [from, to]: [Key, Key]): Write[] {
  const wrapped = sealBytes(keyring.current, wrappingPlace(clinic, patient, number), bytes);
  return [
    remove(from),
    put(
      to,
      { wrapped },
      absent(() => new Error("the patient has a key there")),
    ),
  ];
}

function wrappingPlace(clinic: string, patient: string, number: number): Place {
  return { table: "keys", clinic, type: "patient-key", id: patient, version: number };
}

/** Seals what belongs to one patient. */
export function sealOf(key: PatientKey, type: string, id: string, version: number, value: unknown): Uint8Array {
  return seal(key, { table: "clinic", clinic: key.clinic, type, id, version }, value);
}

export function openOf<Value>(key: PatientKey, type: string, id: string, version: number, blob: unknown): Value {
  return open([key], { table: "clinic", clinic: key.clinic, type, id, version }, blob as Uint8Array);
}

/** Two patients, one of whose things become the other's. */
export interface Between {
  from: PatientKey;
  to: PatientKey;
}

/** What was sealed for one patient, sealed for the other. */
export function resealed({ from, to }: Between, type: string, id: string, version: number, blob: unknown): Uint8Array {
  return sealOf(to, type, id, version, openOf(from, type, id, version, blob));
}
