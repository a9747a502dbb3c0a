import type { SlotSearch } from "../../functions/availability/model.ts";
import type { Schedule } from "../../functions/availability/opening-hours.ts";
import type { Interval } from "../../functions/kernel/instant.ts";

/*
 * The rules of opening hours once more, as plainly as can be and with none of the code they check: every five minutes
 * of the days in question are walked, asking Intl what a clock on the wall shows.
 */

const step = 5 * 60_000;
const day = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks in the zone show at an instant: `2026-03-08 03:00`, which sorts as text. */
function wallTime(zone: string, at: number): string {
  const format =
    formats.get(zone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  formats.set(zone, format);
  return format.format(at);
}

/** A wall time on a time line of its own, on which every day has 24 hours. */
function onPaper(wall: string): number {
  return Date.parse(`${wall.replace(" ", "T")}Z`);
}

function later(date: string, days: number): string {
  return new Date(onPaper(`${date} 00:00`) + days * day).toISOString().slice(0, 10);
}

/** All windows that have time in common with `within`, in no order. */
export function plainWindows(schedule: Schedule, within: Interval): Interval[] {
  const clock = walk(schedule.zone, within.start - 5 * day, within.end + 6 * day);
  const last = later(wallTime(schedule.zone, within.end).slice(0, 10), 3);
  const found: Interval[] = [];
  for (let date = later(wallTime(schedule.zone, within.start).slice(0, 10), -3); date <= last; date = later(date, 1)) {
    for (const { start, end } of hoursOf(schedule, date)) {
      found.push({
        start: clock(`${date} ${start}`),
        end: clock(`${end > start ? date : later(date, 1)} ${end}`),
      });
    }
  }
  return found.filter(({ start, end }) => start < end && start < within.end && end > within.start);
}

function hoursOf(schedule: Schedule, date: string): readonly { start: string; end: string }[] {
  for (const exception of [...(schedule.exceptions ?? [])].reverse()) {
    if (exception.date === date) return "closed" in exception ? [] : exception.windows;
  }
  const weekday = (["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const)[
    new Date(onPaper(`${date} 00:00`)).getUTCDay()
  ];
  return schedule.windows.filter((window) => {
    if (window.effectiveFrom !== undefined && date < window.effectiveFrom) return false;
    if (window.effectiveUntil !== undefined && date > window.effectiveUntil) return false;
    return weekday !== undefined && window.days.includes(weekday);
  });
}

/** Walks the time once; answers when a clock first shows a wall time, or would have had it not been put forward. */
function walk(zone: string, from: number, to: number): (wall: string) => number {
  const first = new Map<string, number>();
  const jumps: { at: number; before: string; after: string }[] = [];
  let before = "";
  for (let at = Math.floor(from / step) * step; at <= to; at += step) {
    const shown = wallTime(zone, at);
    if (!first.has(shown)) first.set(shown, at);
    if (before && onPaper(shown) - onPaper(before) > step) jumps.push({ at: at - step, before, after: shown });
    before = shown;
  }
  return (wall) => {
    const jump = jumps.find((each) => each.before < wall && wall < each.after);
    const at = first.get(wall) ?? (jump && jump.at + onPaper(wall) - onPaper(jump.before));
    if (at === undefined) throw new Error(`the walk in ${zone} does not reach ${wall}`);
    return at;
  };
}

/** All times that can still be booked, ascending. */
export function plainSlots({ schedule, timing, within, now, busy }: SlotSearch): Interval[] {
  const windows = plainWindows(schedule, within);
  const minutes = (count: number) => count * 60_000;
  const found: Interval[] = [];
  for (let start = Math.ceil(within.start / step) * step; start < within.end; start += step) {
    const end = start + minutes(timing.durationMinutes);
    const laid = windows.some(
      (window) =>
        start >= window.start &&
        end <= window.end &&
        (start - window.start) % minutes(timing.slotIntervalMinutes) === 0,
    );
    const free = busy.every(
      (taken) =>
        taken.end <= taken.start ||
        taken.end <= start - minutes(timing.bufferBeforeMinutes) ||
        taken.start >= end + minutes(timing.bufferAfterMinutes),
    );
    if (laid && free && start >= now) found.push({ start, end });
  }
  return found;
}

/** The instants, to the day, at which the zone's clocks were or will be changed, from one year to another. */
export function clockChanges(zone: string, fromYear: number, untilYear: number): number[] {
  const offset = (at: number) => onPaper(wallTime(zone, at)) - at;
  const changes: number[] = [];
  for (let at = Date.UTC(fromYear, 0, 1); at < Date.UTC(untilYear, 0, 1); at += day) {
    if (offset(at) !== offset(at + day)) changes.push(at);
  }
  return changes;
}
