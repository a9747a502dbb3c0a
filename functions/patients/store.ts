import { absent, type Guard, put, remove, update, type Write } from "../kernel/commit.ts";
import { type Keyring, openKeyring } from "../kernel/keyring.ts";
import { happened } from "../kernel/outbox.ts";
import {
  bringingKeyBack,
  newPatientKey,
  openOf,
  type PatientKey,
  patientKey,
  patientKeyAt,
  puttingKeyAway,
  sealOf,
} from "../kernel/patient-keys.ts";
import { stale } from "../kernel/precondition.ts";
import { busy, missing } from "../kernel/problem.ts";
import { getAll, type Item, type Key, keyOf } from "../kernel/table.ts";
import { attendanceAt, attendanceOf } from "./attendance-store.ts";
import { indexing, indexKeyFor, reindexing, unindexing } from "./index-store.ts";
import type { Attendance, Patient } from "./model.ts";

export const patientAt = (clinic: string, patient: string) => keyOf("patient", [clinic, patient], "PATIENT");

/** A patient with the key that opens what is theirs. */
export interface Opened {
  patient: Patient;
  key: PatientKey;
  /** The number of the index key under which the patient is found. */
  indexed: number;
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

/** The key of a patient who is there, and items wanted beside; KMS and the table are asked at once. @throws Refusal 404 */
export async function mustFindKey(
  clinic: string,
  patient: string,
  besides: readonly Key[] = [],
): Promise<{ keyring: Keyring; key: PatientKey; row: Item; besides: (Item | undefined)[] }> {
  const [keyring, [row, keyRow, ...others]] = await Promise.all([
    openKeyring(clinic),
    getAll([patientAt(clinic, patient), patientKeyAt(clinic, patient), ...besides]),
  ]);
  const key = patientKey(keyring, patient, keyRow);
  if (!row || !key) throw missing();
  return { keyring, key, row, besides: others };
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
  return { patient, key, indexed: (item["indexKey"] as number | undefined) ?? 1 };
}

/** The writes that register a patient, and the patient's new key. */
export function registering(keyring: Keyring, patient: Patient): { key: PatientKey; writes: Write[] } {
  const { key, write } = newPatientKey(keyring, patient.id);
  const under = indexKeyFor(keyring);
  const writes = [
    put(
      patientAt(keyring.clinic, patient.id),
      rowOf(key, patient, under.number),
      absent(() => new Error("there is a patient of that id")),
    ),
    write,
    ...indexing(keyring, patient.id, patient, under),
    happened(keyring.clinic, "patient.registered", { patient: patient.id, version: 1 }, patient.createdAt),
  ];
  return { key, writes };
}

/** The writes that change a patient from one version to the next, index included. */
export function changing(keyring: Keyring, { patient: seen, key, indexed }: Opened, next: Patient): Write[] {
  const under = indexKeyFor(keyring, indexed);
  return [
    put(patientAt(keyring.clinic, next.id), rowOf(key, next, under.number), asSeen(seen, indexed)),
    ...reindexing(keyring, next.id, indexed, { seen, next }),
    happened(keyring.clinic, "patient.changed", { patient: next.id, version: next.version }, next.updatedAt),
  ];
}

/** The writes after which there is no such patient: neither their row, nor what they are found by. */
export function forgetting(keyring: Keyring, { patient, indexed }: Opened, lost: Guard["lost"]): Write[] {
  return [
    remove(patientAt(keyring.clinic, patient.id), { ...asSeen(patient, indexed), lost }),
    remove(attendanceAt(keyring.clinic, patient.id)),
    ...unindexing(keyring, patient.id, indexed, patient),
  ];
}

/**
 * The writes after which there is no such patient, until they are brought back: their row, their key and all that they are
 * found by are not where anybody looks. `row` is what it takes to bring them back.
 */
export function closing(keyring: Keyring, { patient, key, indexed }: Opened, lost: Guard["lost"]) {
  const writes = [
    remove(patientAt(keyring.clinic, patient.id), { ...asSeen(patient, indexed), lost }),
    ...unindexing(keyring, patient.id, indexed, patient),
    ...puttingKeyAway(keyring, key),
  ];
  return { writes, row: rowOf(key, patient, indexed) };
}

/** The writes that bring a patient back as they were. */
export function reopening(keyring: Keyring, { patient, key }: Opened): Write[] {
  const under = indexKeyFor(keyring);
  const isNew = absent(() => new Error("the patient is there"));
  return [
    put(patientAt(keyring.clinic, patient.id), rowOf(key, patient, under.number), isNew),
    ...indexing(keyring, patient.id, patient, under),
    ...bringingKeyBack(keyring, key),
  ];
}

/** The writes that bring a patient's entries under the newest index key; none where they lie there. */
export function moving(keyring: Keyring, { patient, indexed }: Opened): Write[] {
  const under = indexKeyFor(keyring, indexed);
  if (under.number === indexed) return [];
  const guard = asSeen(patient, indexed);
  const values = { ...guard.values, ":under": under.number };
  return [
    update(patientAt(keyring.clinic, patient.id), "SET indexKey = :under", { ...guard, values }),
    ...reindexing(keyring, patient.id, indexed, { seen: patient, next: patient }),
  ];
}

/** The guard that the patient is as seen, and the entries too: they may be moved to another key between two versions. */
function asSeen({ version }: Patient, indexed: number): Guard {
  return {
    condition: "version = :seen AND (attribute_not_exists(indexKey) OR indexKey = :indexed)",
    values: { ":seen": version, ":indexed": indexed },
    lost: (found) => (found?.["version"] === version ? busy() : stale()),
  };
}

function rowOf(key: PatientKey, patient: Patient, indexed: number) {
  const { version, active } = patient;
  return { version, active, indexKey: indexed, sealed: sealOf(key, "patient", patient.id, version, patient) };
}
