import { update, type Write } from "../kernel/commit.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { refuse } from "../kernel/problem.ts";
import { type Item, keyOf, query } from "../kernel/table.ts";
import { cellName, type Day, type DayChange, forGood, isTaken } from "./day-book.ts";

export const dayAt = (clinic: string, thing: string, date: string) => keyOf("daybook", [clinic, thing], date);

/** Thrown when the time off of a day changed between reading and writing; whoever decides must read again. */
class TimeOffChanged extends Error {
  override name = "TimeOffChanged";
}

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
 * The write of one day's change. Every cell it takes must be absent or lapsed: if not, `slot-taken` (409). Where `seen` is
 * given, the day's time off must be as it was read.
 */
export function changingDay(
  clinic: string,
  change: DayChange,
  now: Instant,
  seen?: readonly (Day | undefined)[],
): Write {
  const { thing, date, take, free, list, unlist } = change;
  const nowMs = toMs(now);
  const sets = take.map((cell) => `${cellName(cell)} = :t`);
  if (list) sets.push("#id = :listed");
  const removes = free.map(cellName);
  if (unlist) removes.push("#id");
  // "Absent or lapsed" in three operators a cell, for a condition may have 300: a comparison with what is absent is false.
  const conditions = take.map((cell) => `NOT ${cellName(cell)} >= :n`);
  const rev = seen?.find((day) => day?.sk === date)?.rev;
  if (seen && take.length > 0) conditions.push(rev === undefined ? "attribute_not_exists(rev)" : "rev = :rev");
  const expression = [sets.length > 0 && `SET ${sets.join(",")}`, removes.length > 0 && `REMOVE ${removes.join(",")}`];
  return update(dayAt(clinic, thing, date), expression.filter(Boolean).join(" "), {
    condition: conditions.join(" AND "),
    names: list || unlist ? { "#id": (list?.id ?? unlist) as string } : undefined,
    values: valuesOf({
      ":t": take.length > 0 && forGood,
      ":n": take.length > 0 && nowMs,
      ":listed": list && [list.start, list.end],
      ":rev": seen && take.length > 0 && rev,
    }),
    lost: (found: Item | undefined) => (isTaken(found, take, nowMs) ? slotTaken(thing) : new TimeOffChanged()),
  });
}

function valuesOf(values: Record<string, unknown>): Record<string, unknown> | undefined {
  const used = Object.entries(values).filter(([, value]) => value !== undefined && value !== false);
  return used.length > 0 ? Object.fromEntries(used) : undefined;
}

function slotTaken(thing: string) {
  const whose = thing.startsWith("pat_") ? "The patient has another appointment at that time." : "The time is taken.";
  return refuse("conflict", "slot-taken", whose);
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
    lost: () => new TimeOffChanged(),
  });
}

/** Decides and writes anew when the time off changed in between; three times suffice, since nobody takes time off that often. */
export async function whileTimeOffChanges<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TimeOffChanged) || tries === 3) throw error;
    }
  }
}
