import { type Instant, sortable } from "../kernel/instant.ts";
import { type Key, keyOf, query } from "../kernel/table.ts";
import type { Export } from "./model.ts";

/** Where it is told that an export is to be written: all clinics' in one order. */
export function dueAt(clinic: string, { id, requestedAt }: Pick<Export, "id" | "requestedAt">): Key {
  return keyOf("due", ["EXPORT"], [sortable(requestedAt), clinic, id].join("#"));
}

export interface Due {
  clinic: string;
  export: string;
  at: Key;
}

/** The exports to be written by now, those asked for first before the others. */
export async function findDue(now: Instant): Promise<Due[]> {
  const partition = keyOf("due", ["EXPORT"], "");
  const { items } = await query(partition, { to: `${sortable(now)}#~`, limit: 100 });
  return items.map(({ pk, sk, ...about }) => ({ ...(about as unknown as Due), at: { family: "due", pk, sk } }));
}
