import { absent, atVersion, put, remove, type Write } from "../kernel/commit.ts";
import { identifying } from "../kernel/identifier.ts";
import { type Instant, sortable, toInstant, toMs } from "../kernel/instant.ts";
import type { Keyring } from "../kernel/keyring.ts";
import { happened } from "../kernel/outbox.ts";
import { openOf, type PatientKey, patientKey, patientKeyAt, sealOf } from "../kernel/patient-keys.ts";
import { stale } from "../kernel/precondition.ts";
import { getAll, type Item, type Key, keyOf, query } from "../kernel/table.ts";
import { type ClinicalRecord, isVisible, type Viewer } from "./model.ts";
import type { Found } from "./shelves.ts";
import { shelving } from "./shelves-store.ts";

/*
 * An entry's latest version lies under its id, with its date in `at`, by which lists go. The versions before lie under
 * `VERSION#<id>#<version>` and have no `at`: lists do not meet them. Nothing changes them.
 */

export const recordAt = (clinic: string, patient: string, record: string) => keyOf("record", [clinic, patient], record);

const versionAt = (clinic: string, patient: string, record: string, version: number) =>
  recordAt(clinic, patient, `VERSION#${record}#${String(version).padStart(6, "0")}`);

/** An entry with the key that opens it. */
export interface OpenedRecord {
  entry: ClinicalRecord;
  key: PatientKey;
}

export interface Named {
  patientId: string;
  recordId: string;
}

/** An entry in its latest version, if it is there for the caller; and items that are wanted beside it. */
export async function findRecord(
  keyring: Keyring,
  { patientId, recordId }: Named,
  viewer: Viewer,
  besides: readonly Key[] = [],
): Promise<(OpenedRecord & { besides: (Item | undefined)[] }) | undefined> {
  const { clinic } = keyring;
  const keys = [recordAt(clinic, patientId, recordId), patientKeyAt(clinic, patientId), ...besides];
  const [item, keyRow, ...others] = await getAll(keys);
  const key = patientKey(keyring, patientId, keyRow);
  const entry = item && key && recordOf(key, item);
  return entry && isVisible(entry, viewer) ? { entry, key, besides: others } : undefined;
}

/** Entries by their ids, each in its latest version; those that are not there, or not for the viewer, are left out. */
export async function findRecords(
  key: PatientKey,
  ids: readonly string[],
  viewer: Viewer,
): Promise<Map<string, Found>> {
  const items = await getAll(ids.map((id) => recordAt(key.clinic, key.patient, id)));
  const found = items
    .filter((item) => item !== undefined)
    .map((item) => ({ entry: recordOf(key, item), weight: (item["sealed"] as Uint8Array).length }));
  return new Map(found.filter(({ entry }) => isVisible(entry, viewer)).map((one) => [one.entry.id, one]));
}

/** An entry as it was in one of its versions, if both that and what it is now are there for the caller. */
export async function findVersion(
  keyring: Keyring,
  named: Named,
  version: number,
  viewer: Viewer,
): Promise<ClinicalRecord | undefined> {
  const { patientId, recordId } = named;
  const seen = await findRecord(keyring, named, viewer, [versionAt(keyring.clinic, patientId, recordId, version)]);
  if (!seen || seen.entry.version === version) return seen?.entry;
  const entry = seen.besides[0] && versionFrom(seen.key, recordId, seen.besides[0]);
  return entry && isVisible(entry, viewer) ? entry : undefined;
}

/** One page of the versions before the latest, newest first. */
export async function findVersions(keyring: Keyring, { entry, key }: OpenedRecord, before: number, limit: number) {
  const { clinic } = keyring;
  const { id, patient } = entry;
  const range = { from: `VERSION#${id}#`, to: versionAt(clinic, patient, id, before - 1).sk, descending: true, limit };
  const { items, last } = await query(recordAt(clinic, patient, ""), range);
  return { entries: items.map((item) => versionFrom(key, id, item)), isLast: !last };
}

export interface Window {
  from?: Instant | undefined;
  /** No longer included. */
  to?: Instant | undefined;
}

/** One page of a patient's entries, newest first; opened by the caller, for the key may come beside. */
export async function findRows(
  clinic: string,
  patient: string,
  { from, to }: Window,
  after: Record<string, unknown> | undefined,
  limit: number,
) {
  const window = {
    ...(from ? { from: sortable(from) } : {}),
    ...(to ? { to: sortable(toInstant(toMs(to) - 1)) } : {}),
  };
  if (window.from && window.to && window.from > window.to) return { items: [], last: undefined };
  return query(recordAt(clinic, patient, ""), { ...window, byDate: true, descending: true, after, limit });
}

export function recordOf(key: PatientKey, item: Item): ClinicalRecord {
  return openOf(key, "record", item.sk, item["version"] as number, item["sealed"]);
}

function versionFrom(key: PatientKey, id: string, item: Item): ClinicalRecord {
  return openOf(key, "record", id, item["version"] as number, item["sealed"]);
}

function rowOf(key: PatientKey, entry: ClinicalRecord) {
  const { id, version } = entry;
  return { version, sealed: sealOf(key, "record", id, version, entry) };
}

/**
 * The writes that put an entry into a patient's record. A draft claims no identifier and tells nobody: either would show to
 * others that it is there.
 */
export function writing(keyring: Keyring, key: PatientKey, entry: ClinicalRecord): Write[] {
  const there = absent(() => new Error("there is an entry of that id"));
  const row = { at: sortable(entry.occurredAt), ...rowOf(key, entry) };
  return [
    put(recordAt(keyring.clinic, entry.patient, entry.id), row, there),
    ...(entry.state === "draft" ? [] : identifying(keyring, "record", entry.id, entry.identifier)),
    ...shelving(key, undefined, entry),
    ...telling(keyring, entry),
  ];
}

/** The writes that bring an entry from one version to the next; a signed version is kept for good. */
export function changing(keyring: Keyring, { entry: seen, key }: OpenedRecord, next: ClinicalRecord): Write[] {
  const { id, patient } = next;
  const { clinic } = keyring;
  const before = seen.state === "draft" ? undefined : seen;
  const kept = absent(() => new Error("that version is kept already"));
  const row = { at: sortable(next.occurredAt), ...rowOf(key, next) };
  return [
    put(recordAt(clinic, patient, id), row, atVersion(seen.version, stale)),
    ...(before ? [put(versionAt(clinic, patient, id, before.version), rowOf(key, before), kept)] : []),
    ...(next.state === "draft" ? [] : identifying(keyring, "record", id, next.identifier, before?.identifier)),
    ...shelving(key, before, next),
    ...telling(keyring, next),
  ];
}

/** The writes that throw a draft away, and leave nothing of it. */
export function discarding({ clinic }: Keyring, { id, patient, version }: ClinicalRecord): Write[] {
  return [remove(recordAt(clinic, patient, id), atVersion(version, stale))];
}

const told = { final: "written", amended: "amended", "entered-in-error": "retracted" } as const;

function telling({ clinic }: Keyring, { id, patient, version, state, updatedAt }: ClinicalRecord): Write[] {
  if (state === "draft") return [];
  return [happened(clinic, `record.${told[state]}`, { patient, record: id, version }, updatedAt)];
}
