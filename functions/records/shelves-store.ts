import { put, remove, type Write } from "../kernel/commit.ts";
import { sortable } from "../kernel/instant.ts";
import type { Keyring } from "../kernel/keyring.ts";
import { type Key, keyOf, query } from "../kernel/table.ts";
import { blind } from "../kernel/vault.ts";
import type { ClinicalRecord } from "./model.ts";
import { type Shelf, shelfOf } from "./shelves.ts";

/*
 * What lies on a patient's shelf is a row of its own for each entry, under the shelf's keyed hash and the date, so two who
 * write at once do not meet. The hash is the patient's own: nobody can tell which shelf it is, or whose is alike.
 */

function shelfAt({ clinic, index }: Keyring, patient: string, shelf: Shelf, place = ""): Key {
  const hash = blind(index, "record shelf", JSON.stringify([patient, shelf]));
  return keyOf("record", [clinic, patient], `SHELF#${hash}#${place}`);
}

function placeOf(keyring: Keyring, entry: ClinicalRecord | undefined): Key | undefined {
  const shelf = entry && shelfOf(entry);
  return shelf && shelfAt(keyring, entry.patient, shelf, `${sortable(entry.occurredAt)}#${entry.id}`);
}

/** The writes that bring an entry from the shelf where it lay to the one where it belongs. */
export function shelving(keyring: Keyring, seen: ClinicalRecord | undefined, next: ClinicalRecord): Write[] {
  const [from, to] = [placeOf(keyring, seen), placeOf(keyring, next)];
  if (from?.sk === to?.sk) return [];
  return [...(from ? [remove(from)] : []), ...(to ? [put(to, {})] : [])];
}

/** The ids of the newest entries on a shelf, newest first; `isMore` where others lie behind them. */
export async function findShelved(keyring: Keyring, patient: string, shelf: Shelf, limit: number) {
  const partition = shelfAt(keyring, patient, shelf);
  const range = { from: partition.sk, to: `${partition.sk}~`, descending: true, limit };
  const { items, last } = await query(partition, range);
  return { shelf, ids: items.map(({ sk }) => sk.slice(sk.lastIndexOf("#") + 1)), isMore: last !== undefined };
}
