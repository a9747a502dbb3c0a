import { update, type Write } from "../kernel/commit.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { type Item, keyOf, query } from "../kernel/table.ts";
import { cellName, type Day, type DayChange, forGood, isTaken } from "./day-book.ts";
import { holdExpired, ReadChanged, SlotTaken } from "./lost.ts";

export const dayAt = (clinic: string, thing: string, date: string) => keyOf("daybook", [clinic, thing], date);

/** A thing's days from one UTC date to another, both included, page by page; those nobody has touched are not there. */
export async function* findDays(clinic: string, thing: string, from: string, to: string): AsyncGenerator<Day> {
  let after: Record<string, unknown> | undefined;
  do {
    const { items, last } = await query(dayAt(clinic, thing, ""), { from, to, after, limit: 62 });
    yield* items as Day[];
    after = last;
  } while (after);
}

/**
 * The write of one day's change. Every cell it takes must be absent or lapsed: if not, `slot-taken` (409). Cells of a hold
 * must still be its own: if not, `hold-expired` (410). Where `seen` is given, the day's time off must be as it was read.
 */
export function changingDay(
  clinic: string,
  change: DayChange,
  now: Instant,
  seen?: readonly (Day | undefined)[],
): Write {
  const { thing, date, take, retake, free, from, until, list, unlist } = change;
  const nowMs = toMs(now);
  const isHold = from !== forGood;
  const own = [...retake, ...(isHold ? free : [])];
  const sets = [...take, ...retake].map((cell) => `${cellName(cell)} = :t`);
  if (list) sets.push("#listed = :listed");
  const removes = free.map(cellName);
  if (unlist) removes.push("#unlisted");
  // "Absent or lapsed" in three operators a cell, for a condition may have 300: a comparison with what is absent is false.
  const conditions = [
    ...take.map((cell) => `NOT ${cellName(cell)} >= :n`),
    ...own.map((cell) => `${cellName(cell)} = :f`),
  ];
  const rev = seen?.find((day) => day?.sk === date)?.rev;
  const isJudged = seen !== undefined && take.length > 0;
  if (isJudged) conditions.push(rev === undefined ? "attribute_not_exists(rev)" : "rev = :rev");
  const expression = [sets.length > 0 && `SET ${sets.join(",")}`, removes.length > 0 && `REMOVE ${removes.join(",")}`];
  return update(dayAt(clinic, thing, date), expression.filter(Boolean).join(" "), {
    condition: conditions.join(" AND "),
    names: valuesOf({ "#listed": list?.id, "#unlisted": unlist }) as Record<string, string> | undefined,
    values: valuesOf({
      ":t": take.length + retake.length > 0 && until,
      ":n": take.length > 0 && nowMs,
      ":f": own.length > 0 && from,
      ":listed": list && [list.start, list.end, ...(list.until ? [list.until] : [])],
      ":rev": isJudged && rev,
    }),
    lost: (found: Item | undefined) => {
      if (own.some((cell) => found?.[cellName(cell)] !== from)) return holdExpired();
      return isTaken(found, take, nowMs) ? new SlotTaken(thing) : new ReadChanged();
    },
  });
}

function valuesOf(values: Record<string, unknown>): Record<string, unknown> | undefined {
  const used = Object.entries(values).filter(([, value]) => value !== undefined && value !== false);
  return used.length > 0 ? Object.fromEntries(used) : undefined;
}

/** Where the mark lies that rises with each booking of a patient whose appointments ahead are limited. */
export const aheadAt = (clinic: string, patient: string) => keyOf("daybook", [clinic, patient], "AHEAD");

/** The write that raises that mark, if nobody has since it was read: two bookings at once cannot both be the last allowed. */
export function raisingAhead(
  clinic: string,
  patient: string,
  ahead: { seen: number | undefined } | undefined,
): Write[] {
  if (!ahead) return [];
  const guard = ahead.seen === undefined ? "attribute_not_exists(n)" : "n = :seen";
  return [
    update(aheadAt(clinic, patient), "ADD n :one", {
      condition: guard,
      values: valuesOf({ ":one": 1, ":seen": ahead.seen }),
      lost: () => new ReadChanged(),
    }),
  ];
}

/** The write that sets a day's time off to what `off` makes of it, if nobody changed it meanwhile. */
export function changingOff(
  clinic: string,
  thing: string,
  date: string,
  seen: Day | undefined,
  off: Day["off"],
): Write {
  const guard = seen?.rev === undefined ? "attribute_not_exists(rev)" : "rev = :seen";
  return update(dayAt(clinic, thing, date), "SET #off = :off, rev = :rev", {
    condition: guard,
    names: { "#off": "off" },
    values: valuesOf({ ":off": off, ":rev": (seen?.rev ?? 0) + 1, ":seen": seen?.rev }),
    lost: () => new ReadChanged(),
  });
}
