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

/** An entry as the contract tells it. */
export function entryOf(item: Item): AuditEntry {
  const {
    at,
    action,
    outcome,
    code,
    patient,
    target,
    overrode,
    replayed,
    user,
    role,
    person,
    breakGlass,
    from,
    requestId,
  } = item as unknown as AuditEntry;
  return {
    id: item.sk.split("#")[1] as string,
    at,
    action,
    outcome,
    code,
    patient,
    target,
    overrode,
    replayed,
    user,
    role,
    person,
    breakGlass,
    from,
    requestId,
  };
}
