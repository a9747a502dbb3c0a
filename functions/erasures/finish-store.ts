import { put, remove, update, type Write } from "../kernel/commit.ts";
import { type Instant, toInstant, toMs } from "../kernel/instant.ts";
import { happened } from "../kernel/outbox.ts";
import { type Key, keyOf, query } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import { dueAt } from "./due-store.ts";
import type { Erasure } from "./model.ts";
import { erasureAt, standingAt } from "./store.ts";

/** After this long no address is good any more by which a file could still be sent, in milliseconds. */
const lateFiles = 20 * 60_000;

/** The writes that end an erasure: the patient's keys go, and with them all that they sealed; only ids are left. */
export function finishing(
  clinic: string,
  { id, patient }: Erasure,
  { keys, due, merged, now }: { keys: readonly Key[]; due: Key; merged: readonly string[]; now: Instant },
): Write[] {
  return [
    ...keys.map((key) => remove(key)),
    update(erasureAt(clinic, id), "SET #status = :erased, erasedAt = :now REMOVE sealed", {
      condition: "#status = :confirmed",
      names: { "#status": "status" },
      values: { ":erased": "erased", ":confirmed": "confirmed", ":now": now },
      lost: () => new ReadChanged(),
    }),
    remove(standingAt(clinic, patient)),
    remove(due),
    put(dueAt(clinic, id, toInstant(toMs(now) + lateFiles)), { clinic, erasure: id, merged }),
    happened(clinic, "patient.erased", { erasure: id, patient }, now),
  ];
}

/** All rows of a patient's keys, whatever their number. */
export async function findKeys(clinic: string, patient: string): Promise<Key[]> {
  const partition = keyOf("key", [clinic, patient], "");
  const { items } = await query(partition);
  return items.map(({ pk, sk }) => ({ family: "key", pk, sk }));
}
