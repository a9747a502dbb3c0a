import { update, type Write } from "../kernel/commit.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { type Item, keyOf, query } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import type { DayChange } from "./changes.ts";
import { cellName, type Day, forGood, isTaken } from "./day-book.ts";
import { holdExpired, SlotTaken } from "./lost.ts";
import { joins, shareName, sharesOn, withoutShares, writtenShare } from "./shares.ts";

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

/** The days of each thing as they were read before a decision; a day nobody had touched is undefined. */
export type Seen = ReadonlyMap<string, readonly (Day | undefined)[]>;

/**
 * The write of one day's change. Every cell it takes must be absent or lapsed: if not, `slot-taken` (409). Cells of a hold
 * must still be its own: if not, `hold-expired` (410). Where the thing's days were `seen`, and whenever it is to be shared,
 * the day's time off and shares must be as they were read.
 */
export function changingDay(clinic: string, change: DayChange, now: Instant, seen?: Seen): Write {
  const { thing, date, take, clear, from, until, list, unlist, share, over, unshare } = change;
  const nowMs = toMs(now);
  const own = ownOf(change);
  const guard = guardOf(change, seen, nowMs);
  const expression = expressionOf(change, guard.isJoining);
  const condition = [
    // "Absent or lapsed" in three operators a cell, for a condition may have 300: a comparison with what is absent is false.
    ...[...take, ...clear].map((cell) => `NOT ${cellName(cell)} >= :n`),
    ...own.map((cell) => `${cellName(cell)} = :f`),
    ...(over ? ["#share[1] = :over"] : []),
    ...(share && !over ? ["NOT #share[0] >= :n"] : []),
    ...(unshare ? ["#unshared[1] = :unshared"] : []),
    ...guard.condition,
  ].join(" AND ");
  const used = usedIn(`${expression} ${condition}`);
  return update(dayAt(clinic, thing, date), expression, {
    condition,
    names: used({
      "#listed": list?.id,
      "#unlisted": unlist,
      "#share": share && shareName(share),
      "#unshared": unshare && shareName(unshare),
    }) as Record<string, string> | undefined,
    values: used({
      ":t": until,
      ":n": nowMs,
      ":f": from,
      ":listed": list && listed(list),
      ":share": share && writtenShare(share),
      ":over": over,
      ":unshared": unshare?.id,
      ":seen": guard.seen,
      ":next": guard.next,
      ":one": 1,
    }),
    lost: (found: Item | undefined) => {
      const holds = (name: string | undefined, id: string | undefined) =>
        !name || (found?.[name] as unknown[] | undefined)?.[1] === id;
      if (own.some((cell) => found?.[cellName(cell)] !== from)) return holdExpired();
      if (!holds(over && share && shareName(share), over) || !holds(unshare && shareName(unshare), unshare?.id))
        return holdExpired();
      return isTaken(found, [...take, ...clear], nowMs) ? new SlotTaken(thing) : new ReadChanged();
    },
  });
}

/** Start and end; until when, if it lapses; with whom, if that matters. */
function listed({ start, end, until, with: whom }: NonNullable<DayChange["list"]>): (number | string)[] {
  if (whom) return [start, end, until ?? 0, whom];
  return until ? [start, end, until] : [start, end];
}

/** The cells that must still hold what a hold wrote there. */
function ownOf({ retake, free, from }: DayChange): number[] {
  return [...retake, ...(from === forGood ? [] : free)];
}

function expressionOf(
  { take, retake, free, clear, list, unlist, share, unshare }: DayChange,
  isJoining: boolean,
): string {
  const sets = [
    ...[...take, ...retake].map((cell) => `${cellName(cell)} = :t`),
    ...(list ? ["#listed = :listed"] : []),
    ...(share ? ["#share = :share"] : []),
    ...(share && !isJoining ? ["rev = :next", "rev0 = :next"] : []),
  ];
  // What is to be shared is struck out where it had lapsed, or a hold for one could still be confirmed late beside it.
  const removes = [
    ...[...free, ...clear].map(cellName),
    ...(unlist ? ["#unlisted"] : []),
    ...(unshare ? ["#unshared"] : []),
  ];
  return [
    ...(sets.length > 0 ? [`SET ${sets.join(",")}`] : []),
    ...(removes.length > 0 ? [`REMOVE ${removes.join(",")}`] : []),
    ...(share && isJoining ? ["ADD rev :one"] : []),
  ].join(" ");
}

/**
 * The condition that what a change was decided by is as it was read, where it was. Who joins a group only needs that nobody
 * else did anything but join it; any other change needs the day as it was.
 */
function guardOf({ thing, date, take, share, over }: DayChange, seen: Seen | undefined, now: number) {
  const days = seen?.get(thing) ?? (share && []);
  if (!days || (take.length === 0 && !share))
    return { isJoining: false, seen: undefined, next: undefined, condition: [] };
  const day = days.find((each) => each?.sk === date);
  const isJoining = share !== undefined && joins(sharesOn(day && withoutShares(day, over ?? ""), now), share);
  const [name, value] = isJoining ? ["rev0", day?.["rev0"]] : ["rev", day?.rev];
  const condition = value === undefined ? `attribute_not_exists(${name})` : `${name} = :seen`;
  return { isJoining, seen: value, next: (day?.rev ?? 0) + 1, condition: [condition] };
}

/** Picks the names and values that an expression mentions: DynamoDB refuses the others. */
function usedIn(text: string) {
  const mentioned = new Set(text.match(/[#:]\w+/g));
  return (all: Record<string, unknown>): Record<string, unknown> | undefined => {
    const used = Object.entries(all).filter(([name]) => mentioned.has(name));
    return used.length > 0 ? Object.fromEntries(used) : undefined;
  };
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
      values: usedIn(`:one ${guard}`)({ ":one": 1, ":seen": ahead.seen }),
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
  return update(dayAt(clinic, thing, date), "SET #off = :off, rev = :rev, rev0 = :rev", {
    condition: guard,
    names: { "#off": "off" },
    values: usedIn(`:off :rev ${guard}`)({ ":off": off, ":rev": (seen?.rev ?? 0) + 1, ":seen": seen?.rev }),
    lost: () => new ReadChanged(),
  });
}
