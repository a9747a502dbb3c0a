import { busyOf, type Day, listedOn, offOf } from "../appointments/day-book.ts";
import { openWindows } from "../availability/opening-hours.ts";
import { type Instant, type Interval, overlaps, toInstant, toMs } from "../kernel/instant.ts";
import type { Schedule } from "../schedules/model.ts";

interface Stretch {
  start: Instant;
  end: Instant;
}

/** What of a practitioner's day can be told from the schedule and the day-book alone, each list by start. */
export function outline(schedule: Schedule, days: readonly Day[], within: Interval, now: Instant) {
  const isWithin = (stretch: Interval) => overlaps(stretch, within);
  const open = union(openWindows(schedule, within).map((window) => clip(window, within)));
  const busy = days.flatMap((day) => busyOf(day, toMs(now)));
  const off = union(
    days
      .flatMap(offOf)
      .filter(isWithin)
      .map((stretch) => clip(stretch, within)),
  );
  const holds = days.flatMap((day) =>
    listedOn(day, "hld").map(({ id, start, end }) => ({ id, start, end, until: lapseOf(day, id) })),
  );
  return {
    listed: days.flatMap((day) => listedOn(day)).filter(isWithin),
    holds: holds
      .filter((hold) => isWithin(hold) && hold.until >= toMs(now))
      .map(({ id, until, ...times }) => ({
        id: id as `hld_${string}`,
        ...written(times),
        expiresAt: toInstant(until),
      })),
    timeOff: off.map(written),
    open: open.map(written),
    free: without(open, union(busy)).map(written),
  };
}

function lapseOf(day: Day, id: string): number {
  return (day[id] as number[])[2] ?? 0;
}

function written({ start, end }: Interval): Stretch {
  return { start: toInstant(start), end: toInstant(end) };
}

function clip({ start, end }: Interval, within: Interval): Interval {
  return { start: Math.max(start, within.start), end: Math.min(end, within.end) };
}

/** The same times by start, run together where they touch. */
function union(stretches: readonly Interval[]): Interval[] {
  const runs: Interval[] = [];
  for (const { start, end } of stretches.toSorted((a, b) => a.start - b.start)) {
    const last = runs.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else runs.push({ start, end });
  }
  return runs;
}

/** What remains of times when others are taken away; both by start and apart. */
function without(stretches: readonly Interval[], taken: readonly Interval[]): Interval[] {
  return stretches.flatMap(({ start, end }) => {
    const rest: Interval[] = [];
    let from = start;
    for (const each of taken) {
      if (each.end <= from || each.start >= end) continue;
      if (each.start > from) rest.push({ start: from, end: each.start });
      from = Math.max(from, each.end);
    }
    return from < end ? [...rest, { start: from, end }] : rest;
  });
}
