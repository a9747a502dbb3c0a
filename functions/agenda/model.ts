import { busyOf, type Day, listedOn, offOf } from "../appointments/day-book.ts";
import { type OpenWindow, openWindows } from "../availability/opening-hours.ts";
import { type Instant, type Interval, overlaps, toInstant, toMs } from "../kernel/instant.ts";
import type { Schedule } from "../schedules/model.ts";

interface Stretch {
  start: Instant;
  end: Instant;
  location?: OpenWindow["location"];
}

/** What of a practitioner's day can be told from the schedule and the day-book alone, each list by start. */
export function outline(schedule: Schedule, days: readonly Day[], within: Interval, now: Instant) {
  const isWithin = (stretch: Interval) => overlaps(stretch, within);
  const windows = openWindows(schedule, within);
  const open = union(windows.map((window) => clip(window, within)));
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
    breaks: breaksBetween(windows, within).map(written),
    free: without(open, union(busy)).map(written),
  };
}

/** The gaps between the windows that begin on a day; what is left of the evening before has no break after it. */
function breaksBetween(windows: readonly Interval[], within: Interval): Interval[] {
  const begun = windows.filter(({ start }) => start >= within.start);
  // Without their locations: the way from one to another is no break where their times meet.
  const own = union(begun.map(({ start, end }) => clip({ start, end }, within)));
  return own.slice(1).map(({ start }, place) => ({ start: (own[place] as Interval).end, end: start }));
}

function lapseOf(day: Day, id: string): number {
  return (day[id] as number[])[2] ?? 0;
}

function written({ start, end, ...where }: OpenWindow): Stretch {
  return { start: toInstant(start), end: toInstant(end), ...where };
}

function clip<Of extends Interval>(stretch: Of, within: Interval): Of {
  return { ...stretch, start: Math.max(stretch.start, within.start), end: Math.min(stretch.end, within.end) };
}

/** The same times by start, run together where they touch and are at one location. */
function union<Of extends OpenWindow>(stretches: readonly Of[]): Of[] {
  const runs: Of[] = [];
  for (const stretch of stretches.toSorted((a, b) => a.start - b.start)) {
    const last = runs.findLast(({ location }) => location === stretch.location);
    if (last && stretch.start <= last.end) last.end = Math.max(last.end, stretch.end);
    else runs.push({ ...stretch });
  }
  return runs;
}

/** What remains of times when others are taken away, which are by start and apart. */
function without(stretches: readonly OpenWindow[], taken: readonly Interval[]): OpenWindow[] {
  return stretches.flatMap((stretch) => {
    const rest: OpenWindow[] = [];
    let from = stretch.start;
    for (const each of taken) {
      if (each.end <= from || each.start >= stretch.end) continue;
      if (each.start > from) rest.push({ ...stretch, start: from, end: each.start });
      from = Math.max(from, each.end);
    }
    return from < stretch.end ? [...rest, { ...stretch, start: from }] : rest;
  });
}
