import { absent, put, type Write } from "../kernel/commit.ts";
import { identifying } from "../kernel/identifier.ts";
import { sortable } from "../kernel/instant.ts";
import { type Keyring, openOf, type PatientKey, patientKey, patientKeyAt, sealOf } from "../kernel/keyring.ts";
import { happened } from "../kernel/outbox.ts";
import { get, getAll, type Item, keyOf, query } from "../kernel/table.ts";
import type { ClinicalRecord } from "./model.ts";

export const recordAt = (clinic: string, patient: string, record: string) => keyOf("record", [clinic, patient], record);

/** The key of a patient whose record is asked for; undefined where there is no such patient. */
export async function findKey(keyring: Keyring, patient: string): Promise<PatientKey | undefined> {
  return patientKey(keyring, patient, await get(patientKeyAt(keyring.clinic, patient)));
}

export async function findRecord(keyring: Keyring, patient: string, id: string): Promise<ClinicalRecord | undefined> {
  const [item, keyRow] = await getAll([recordAt(keyring.clinic, patient, id), patientKeyAt(keyring.clinic, patient)]);
  const key = patientKey(keyring, patient, keyRow);
  return item && key && recordOf(key, item);
}

/** One page of a patient's entries, newest first; opened by the caller, for the key may come beside. */
export async function findRows(
  clinic: string,
  patient: string,
  after: Record<string, unknown> | undefined,
  limit: number,
) {
  return query(recordAt(clinic, patient, ""), { byDate: true, descending: true, after, limit });
}

export function recordOf(key: PatientKey, item: Item): ClinicalRecord {
  return openOf(key, "record", item.sk, item["version"] as number, item["sealed"]);
}

/** The writes that put an entry into a patient's record. */
export function writing(keyring: Keyring, key: PatientKey, entry: ClinicalRecord): Write[] {
  const { id, patient, version, occurredAt, createdAt } = entry;
  const { clinic } = keyring;
  const row = { at: sortable(occurredAt), version, sealed: sealOf(key, "record", id, version, entry) };
  return [
    put(
      recordAt(clinic, patient, id),
      row,
      absent(() => new Error("there is an entry of that id")),
    ),
    ...identifying(keyring, "record", id, entry.identifier),
    happened(clinic, "record.written", { patient, record: id, version }, createdAt),
  ];
}
