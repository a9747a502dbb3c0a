import { deleteAllFiles } from "../documents/erasing-store.ts";
import { findKeys } from "../erasures/finish-store.ts";
import { clear, eachRow } from "../kernel/clear.ts";
import { commitAll, remove } from "../kernel/commit.ts";
import { tombstoneAt } from "../kernel/merged.ts";
import { keyOf } from "../kernel/table.ts";
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

/** Forgets what is kept of those who were merged into a patient, who is being erased: they were the same person. */
export async function forgetMergedInto(clinic: string, patient: string): Promise<void> {
  for (const { from, into, merge } of await findMergedInto(clinic, patient)) {
    await deleteAllFiles({ clinic, patient: from });
    await clear(keyOf("merge", [clinic, merge], ""));
    const keys = await findKeys(clinic, from);
    const rows = [mergeAt(clinic, merge), tombstoneAt(clinic, from), mergedIntoAt(clinic, into, from)];
    await commitAll([...keys, ...rows].map((each) => remove(each)));
  }
}
