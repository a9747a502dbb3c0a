import type { Item } from "../../functions/kernel/table.ts";
import { clinicBlobsIn } from "./places.ts";
import { indexedUnder } from "./reindex.ts";
import { clinicOf, pagesOf } from "./walk.ts";
import type { Kind } from "./work-store.ts";

/** What a clinic's key is counted by. */
export function named(clinic: string, kind: Kind, number: number): string {
  return `${clinic} ${kind} ${number}`;
}

/** How many rows name each key of each clinic, by looking at every row; a key that none names is there with 0. */
export async function count(): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const add = (name: string, rows: number) => counts.set(name, (counts.get(name) ?? 0) + rows);
  for (const table of ["keys", "clinic"] as const) {
    for await (const { items } of pagesOf(table, undefined, 1000)) {
      for (const item of items) {
        for (const key of keysAt(item)) add(key, 0);
        for (const key of namesIn(item)) add(key, 1);
      }
    }
  }
  return counts;
}

/** The clinic's key that a row itself is. */
function keysAt(item: Item): string[] {
  const clinic = clinicOf(item);
  const [kind, number] = item.sk.split("#");
  const isKey = item.pk === `KEY#${clinic}` && (kind === "SEAL" || kind === "INDEX");
  return clinic && isKey ? [named(clinic, kind, Number(number))] : [];
}

/** The keys that a row names: those that sealed its blobs, and the one that its entry lies under. */
function namesIn(item: Item): string[] {
  const clinic = clinicOf(item);
  if (!clinic) return [];
  const under = indexedUnder(item);
  return [
    ...clinicBlobsIn(item).map(({ number }) => named(clinic, "SEAL", number)),
    ...(under === undefined ? [] : [named(clinic, "INDEX", under)]),
  ];
}
