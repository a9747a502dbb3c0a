import { type Instant, sortable } from "../kernel/instant.ts";
import { type Key, keyOf, query } from "../kernel/table.ts";

/** Where it is told that a merge is to be carried out, or undone: all clinics' in one order. */
export function dueAt(clinic: string, id: string, due: Instant): Key {
  return keyOf("due", ["MERGE"], [sortable(due), clinic, id].join("#"));
}

export interface Due {
  clinic: string;
  merge: string;
  at: Key;
}

/** The merges to be carried out or undone by now, the longest due first. */
export async function findDue(now: Instant): Promise<Due[]> {
  const { family } = dueAt("", "", now);
  const { items } = await query(dueAt("", "", now), { to: `${sortable(now)}#~`, limit: 100 });
  return items.map(({ pk, sk, ...about }) => ({ ...(about as unknown as Due), at: { family, pk, sk } }));
}
