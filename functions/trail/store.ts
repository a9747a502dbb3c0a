import type * as z from "zod/mini";
import { type Item, keyOf, query } from "../kernel/table.ts";
import type { auditEntry } from "./routes.ts";

export type AuditEntry = z.output<typeof auditEntry>;

/** One page of what was done with a patient's data, latest first; `last` is there while more may follow. */
export async function findEntries(clinic: string, patient: string, after: string | undefined, limit: number) {
  const partition = keyOf("audit", [clinic, patient], "");
  const from = after ? { pk: partition.pk, sk: after } : undefined;
  const { items, last } = await query(partition, { descending: true, after: from, limit });
  return { items: items.map(entryOf), last: last?.["sk"] as string | undefined };
}

/** What an entry tells beside its id, each where there is something to tell. */
const told = [
  "at",
  "action",
  "outcome",
  "code",
  "patient",
  "target",
  "overrode",
  "replayed",
  "namesake",
  "user",
  "role",
  "person",
  "breakGlass",
  "from",
  "requestId",
] as const satisfies (keyof AuditEntry)[];

/** An entry as the contract tells it. */
export function entryOf(item: Item): AuditEntry {
  const attributes = Object.fromEntries(told.map((name) => [name, item[name]]));
  return { id: item.sk.split("#")[1] as string, ...(attributes as Omit<AuditEntry, "id">) };
}
