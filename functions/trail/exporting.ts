import { refuse } from "../kernel/problem.ts";
import { type Criteria, findTrail } from "./search-store.ts";
import type { AuditEntry } from "./store.ts";

/** The most entries of one export: what fits into a Lambda's answer (6 MB) and time. */
const most = 5000;

/** All entries that are asked for, oldest first; refused where they are too many for one answer. */
export async function allOf(clinic: string, criteria: Criteria): Promise<AuditEntry[]> {
  const { items, last } = await findTrail(clinic, criteria, { limit: most });
  if (last) throw refuse("unprocessable", "too-many-entries", `An export takes ${most} entries: ask for less time.`);
  return items.toReversed();
}
