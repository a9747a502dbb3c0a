import { update, type Write } from "../kernel/commit.ts";
import { type Instant, sortable } from "../kernel/instant.ts";
import { type Key, keyOf, query } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";

/** Where it is told that an erasure is to be carried out: all clinics' in one order. */
export function dueAt(clinic: string, id: string, due: Instant): Key {
  return keyOf("due", ["ERASURE"], [sortable(due), clinic, id].join("#"));
}

export interface Due {
  clinic: string;
  erasure: string;
  /** Who was merged into the patient, once it was looked up. */
  merged?: string[];
  at: Key;
}

/** The write that keeps with what is due who was merged into the patient. */
export function remembering(at: Key, merged: readonly string[]): Write {
  const lost = () => new ReadChanged();
  return update(at, "SET merged = :merged", { condition: "attribute_exists(pk)", values: { ":merged": merged }, lost });
}

/** The erasures to be carried out by now, the longest due first. */
export async function findDue(now: Instant): Promise<Due[]> {
  const { family } = dueAt("", "", now);
  const { items } = await query(dueAt("", "", now), { to: `${sortable(now)}#~`, limit: 100 });
  return items.map(({ pk, sk, ...about }) => ({ ...(about as unknown as Due), at: { family, pk, sk } }));
}
