import { commitAll, remove } from "../kernel/commit.ts";
import { query } from "../kernel/table.ts";
import { dueAt } from "./due-store.ts";
import type { Export } from "./model.ts";
import { exportAt, ownAt } from "./store.ts";

/** Deletes all that tells of a patient's exports; whoever writes one finds it gone. The archives go with the files. */
export async function deleteAllExports(clinic: string, patient: string): Promise<void> {
  for (;;) {
    const { items } = await query(ownAt(clinic, patient, ""), { limit: 10 });
    if (items.length === 0) return;
    for (const { sk, requestedAt } of items) {
      const of = { id: sk, requestedAt } as Pick<Export, "id" | "requestedAt">;
      const rows = [exportAt(clinic, of.id), dueAt(clinic, of), ownAt(clinic, patient, of.id)];
      await commitAll(rows.map((key) => remove(key)));
    }
  }
}
