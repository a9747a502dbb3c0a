import { absent, atVersion, type Guard, put, remove, type Write } from "../kernel/commit.ts";
import {
  type Keyring,
  newPatientKey,
  openOf,
  type PatientKey,
  patientKey,
  patientKeyAt,
  sealOf,
} from "../kernel/keyring.ts";
import { happened } from "../kernel/outbox.ts";
import { stale } from "../kernel/precondition.ts";
import { refuse } from "../kernel/problem.ts";
import { getAll, type Item, type Key, keyOf, query } from "../kernel/table.ts";
import { blind } from "../kernel/vault.ts";
import { attendanceAt, attendanceOf } from "./attendance-store.ts";
import type { Attendance, Patient } from "./model.ts";
import { type Term, termsOf } from "./terms.ts";

export const patientAt = (clinic: string, patient: string) => keyOf("patient", [clinic, patient], "PATIENT");

/** A patient with the key that opens what is theirs. */
export interface Opened {
  patient: Patient;
  key: PatientKey;
}

/** A patient, or undefined where there is none (any more). */
export async function findPatient(keyring: Keyring, id: string): Promise<Opened | undefined> {
  const [item, key] = await getAll([patientAt(keyring.clinic, id), patientKeyAt(keyring.clinic, id)]);
  return openPatient(keyring, id, item, key);
}

/** The same with their attendance, in the same batch read. */
export async function findAttending(
  keyring: Keyring,
  id: string,
): Promise<(Opened & { attendance: Attendance }) | undefined> {
  const { clinic } = keyring;
  const [item, key, row] = await getAll([patientAt(clinic, id), patientKeyAt(clinic, id), attendanceAt(clinic, id)]);
  const opened = openPatient(keyring, id, item, key);
  return opened && { ...opened, attendance: attendanceOf(row) };
}

/** Up to 50 patients, in the order of the ids; those that are gone are left out. */
export async function findPatients(keyring: Keyring, ids: readonly string[]): Promise<Patient[]> {
  const items = await getAll(ids.flatMap((id) => [patientAt(keyring.clinic, id), patientKeyAt(keyring.clinic, id)]));
  return ids.flatMap((id, place) => openPatient(keyring, id, items[2 * place], items[2 * place + 1])?.patient ?? []);
}

/** A patient from the two rows as read. */
export function openPatient(
  keyring: Keyring,
  id: string,
  item: Item | undefined,
  keyRow: Item | undefined,
): Opened | undefined {
  const key = patientKey(keyring, id, keyRow);
  if (!item || !key) return undefined;
  const patient = openOf<Patient>(key, "patient", id, item["version"] as number, item["sealed"]);
  return { patient, key };
}

/** The writes that register a patient, and the patient's new key. */
export function registering(keyring: Keyring, patient: Patient): { key: PatientKey; writes: Write[] } {
  const { key, write } = newPatientKey(keyring, patient.id);
  const writes = [
    put(
      patientAt(keyring.clinic, patient.id),
      rowOf(key, patient),
      absent(() => new Error("there is a patient of that id")),
    ),
    write,
    ...termsOf(patient).map((term) => indexing(keyring, patient.id, term)),
    happened(keyring.clinic, "patient.registered", { patient: patient.id, version: 1 }, patient.createdAt),
  ];
  return { key, writes };
}

/** The writes that change a patient from one version to the next, index included. */
export function changing(keyring: Keyring, { patient: seen, key }: Opened, next: Patient): Write[] {
  const before = termsOf(seen);
  const after = termsOf(next);
  const isIn = (terms: Term[]) => (term: Term) =>
    terms.some(({ field, value }) => field === term.field && value === term.value);
  return [
    put(patientAt(keyring.clinic, next.id), rowOf(key, next), atVersion(seen.version, stale)),
    ...before.filter((term) => !isIn(after)(term)).map((term) => remove(termAt(keyring, term, next.id))),
    ...after.filter((term) => !isIn(before)(term)).map((term) => indexing(keyring, next.id, term)),
    happened(keyring.clinic, "patient.changed", { patient: next.id, version: next.version }, next.updatedAt),
  ];
}

/** The writes after which there is no such patient: neither their row, nor what they are found by. */
export function forgetting(keyring: Keyring, { patient }: Opened, lost: Guard["lost"]): Write[] {
  return [
    remove(patientAt(keyring.clinic, patient.id), atVersion(patient.version, lost)),
    remove(attendanceAt(keyring.clinic, patient.id)),
    ...termsOf(patient).map((term) => remove(termAt(keyring, term, patient.id))),
  ];
}

function rowOf(key: PatientKey, patient: Patient) {
  const { version, active } = patient;
  return { version, active, sealed: sealOf(key, "patient", patient.id, version, patient) };
}

/** Where a term's entry lies. A record number has one entry for the whole clinic, which keeps it unique. */
function termAt(keyring: Keyring, { field, value }: Term, patient: string): Key {
  const hash = field === "all" ? "" : blind(keyring.index, `patient ${field}`, value);
  return keyOf("index", [keyring.clinic, `patient-${field}`, hash], field === "mrn" ? "-" : patient);
}

function indexing(keyring: Keyring, patient: string, term: Term): Write {
  const taken = (found: Item | undefined) => refuse("conflict", "mrn-taken", { existing: found?.["id"] as string });
  return put(termAt(keyring, term, patient), { id: patient }, term.field === "mrn" ? absent(taken) : undefined);
}

/** One page of the ids of those found by a term, in the order of the ids; `last` is there while more may follow. */
export async function findByTerm(keyring: Keyring, term: Term, after: string | undefined, limit: number) {
  const partition = termAt(keyring, term, "");
  const { items, last } = await query(partition, { limit, after: after ? { pk: partition.pk, sk: after } : undefined });
  return { ids: items.map((item) => item["id"] as string), last: last?.["sk"] as string | undefined };
}
