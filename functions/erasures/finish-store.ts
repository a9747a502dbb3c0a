import { ReadChanged } from "../appointments/lost.ts";
import { remove, update, type Write } from "../kernel/commit.ts";
import type { Instant } from "../kernel/instant.ts";
import { happened } from "../kernel/outbox.ts";
import { type Key, keyOf, query } from "../kernel/table.ts";
import type { Erasure } from "./model.ts";
import { erasureAt, standingAt } from "./store.ts";

/** The writes that end an erasure: the patient's keys go, and with them all that they sealed; only ids are left. */
export function finishing(
  clinic: string,
  { id, patient }: Erasure,
  { keys, due, now }: { keys: readonly Key[]; due: Key; now: Instant },
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
    happened(clinic, "patient.erased", { erasure: id, patient }, now),
  ];
}

/** All rows of a patient's keys, whatever their number. */
export async function findKeys(clinic: string, patient: string): Promise<Key[]> {
  const partition = keyOf("key", [clinic, patient], "");
  const { items } = await query(partition);
  return items.map(({ pk, sk }) => ({ family: "key", pk, sk }));
}
