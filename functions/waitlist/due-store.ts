import { remove, type Write } from "../kernel/commit.ts";
import { type Instant, sortable } from "../kernel/instant.ts";
import { query } from "../kernel/table.ts";
import { dueItemAt } from "./store.ts";

/** Says that an entry was to be looked at again, then. Whether that still holds, the entry itself tells. */
export interface Due {
  clinic: string;
  waitlist: string;
  due: Instant;
}

/** What is due before an instant, the longest due first; as many as one page holds. */
export async function findDue(now: Instant): Promise<Due[]> {
  const { items } = await query(dueItemAt("", "", now), { to: sortable(now), limit: 100 });
  return items as unknown as Due[];
}

/** The write that forgets a due-item which was dealt with. */
export function done({ clinic, waitlist, due }: Due): Write {
  return remove(dueItemAt(clinic, waitlist, due));
}
