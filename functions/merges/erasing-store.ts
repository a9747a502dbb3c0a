import { eachRow } from "../kernel/clear.ts";
import { remove, type Write } from "../kernel/commit.ts";
import { tombstoneAt } from "../kernel/merged.ts";
import { type Key, keyOf } from "../kernel/table.ts";
import { mergeAt, mergedIntoAt } from "./store.ts";

/** Who was merged into whom, by which merge. */
interface Merged {
  from: string;
  into: string;
  merge: string;
}

/** All who were merged into a patient, and into those, the earliest first: what tells of them goes with the last. */
export async function findMergedInto(clinic: string, into: string): Promise<Merged[]> {
  const found: Merged[] = [];
  for await (const { sk, merge } of eachRow(mergedIntoAt(clinic, into, ""), { from: "FROM#", to: "FROM#~" })) {
    const from = sk.slice("FROM#".length);
    found.push(...(await findMergedInto(clinic, from)), { from, into, merge: merge as string });
  }
  return found;
}

/** Where lies what a merge has noted. */
export function notesOf(clinic: string, merge: string): Key {
  return keyOf("merge", [clinic, merge], "");
}

/** The writes that forget a merge, and whoever is there no more, whose keys are these. */
export function forgettingMerge(clinic: string, { from, into, merge }: Merged, keys: readonly Key[]): Write[] {
  return [
    ...keys.map((key) => remove(key)),
    remove(mergeAt(clinic, merge)),
    remove(tombstoneAt(clinic, from)),
    remove(mergedIntoAt(clinic, into, from)),
  ];
}
