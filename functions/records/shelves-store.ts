import { put, remove, type Write } from "../kernel/commit.ts";
import { sortable } from "../kernel/instant.ts";
import { openOf, type PatientKey, sealOf } from "../kernel/patient-keys.ts";
import { type Item, type Key, keyOf, query } from "../kernel/table.ts";
import { blind } from "../kernel/vault.ts";
import type { ClinicalRecord } from "./model.ts";
import { measuredBy, type Shelf, shelfOf } from "./shelves.ts";

/*
 * What lies on a patient's shelf is a row of its own for each entry, under the shelf's keyed hash and the date, so two who
 * write at once do not meet. The hash is made with the patient's own key: nobody can tell which shelf it is, or whose is alike. Sealed in
 * it is what a vital sign measures, so that only the latest of each need be read.
 */

function shelfAt({ clinic, patient, bytes }: PatientKey, shelf: Shelf, place = ""): Key {
  return keyOf("record", [clinic, patient], `SHELF#${blind(bytes, "record shelf", shelf)}#${place}`);
}

function placeOf(key: PatientKey, entry: ClinicalRecord | undefined) {
  const shelf = entry && shelfOf(entry);
  if (!shelf) return undefined;
  const at = shelfAt(key, shelf, `${sortable(entry.occurredAt)}#${entry.id}`);
  return { at, id: entry.id, what: shelf === "vitals" ? measuredBy(entry) : undefined };
}

/** The writes that bring an entry from the shelf where it lay to the one where it belongs. */
export function shelving(key: PatientKey, seen: ClinicalRecord | undefined, next: ClinicalRecord): Write[] {
  const [from, to] = [placeOf(key, seen), placeOf(key, next)];
  const isSamePlace = from?.at.sk === to?.at.sk;
  if (isSamePlace && from?.what === to?.what) return [];
  return [
    ...(from && !isSamePlace ? [remove(from.at)] : []),
    ...(to ? [put(to.at, { sealed: to.what && sealOf(key, "shelf", to.id, 0, to.what) })] : []),
  ];
}

/** The writes that take an entry from the shelf where it lies. */
export function unshelving(key: PatientKey, seen: ClinicalRecord): Write[] {
  const place = placeOf(key, seen);
  return place ? [remove(place.at)] : [];
}

/** The newest rows of a shelf, newest first; `isMore` where others lie behind them. */
export async function findShelved(key: PatientKey, shelf: Shelf, limit: number) {
  const partition = shelfAt(key, shelf);
  const range = { from: partition.sk, to: `${partition.sk}~`, descending: true, limit };
  const { items: rows, last } = await query(partition, range);
  return { shelf, rows, isMore: last !== undefined };
}

/** The ids of the entries that rows stand for: of those that measure the same, the first. */
export function shelvedIds(key: PatientKey, rows: readonly Item[]): string[] {
  const first = new Map<string, string>();
  for (const { sk, sealed } of rows) {
    const id = sk.slice(sk.lastIndexOf("#") + 1);
    const what = sealed ? openOf<string>(key, "shelf", id, 0, sealed) : id;
    if (!first.has(what)) first.set(what, id);
  }
  return [...first.values()];
}
