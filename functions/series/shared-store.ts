import type { Claim } from "../appointments/changes.ts";
import { type Day, daysOf, isFree } from "../appointments/day-book.ts";
import { dayAt, type Seen } from "../appointments/day-book-store.ts";
import { holdExpired } from "../appointments/lost.ts";
import { withoutShares } from "../appointments/shares.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { getAll } from "../kernel/table.ts";

/**
 * The days, as they are now, of what the claims share with others: whoever writes a share must have seen its day. Where
 * there is no place for one of them beside the others' any more, its hold is as good as lapsed (410).
 */
export async function findShared(clinic: string, claims: readonly Claim[], now: Instant): Promise<Seen> {
  const touched = claims.flatMap(({ thing, takes, shares, lists }) =>
    takes && shares ? [{ thing, takes, capacity: shares.capacity, id: lists.id }] : [],
  );
  const keys = touched.flatMap(({ thing, takes }) => daysOf(takes).map((date) => ({ thing, date })));
  const rows = await getAll(keys.map(({ thing, date }) => dayAt(clinic, thing, date)));
  const days = new Map<string, (Day | undefined)[]>();
  for (const [place, { thing }] of keys.entries()) days.set(thing, [...(days.get(thing) ?? []), rows[place]]);
  for (const { thing, takes, capacity, id } of touched) {
    const others = (days.get(thing) ?? []).map((day) => day && withoutShares(day, id));
    if (!isFree(others, takes, toMs(now), capacity)) throw holdExpired();
  }
  return days;
}
