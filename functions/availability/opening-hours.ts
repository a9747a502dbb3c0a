import { Temporal } from "temporal-polyfill";
import type * as z from "zod/mini";
import type { Interval } from "../kernel/instant.ts";
import type { scheduleFields } from "../schedules/routes.ts";

type ScheduleFields = z.infer<typeof scheduleFields>;
export type WeeklyWindow = ScheduleFields["windows"][number];
export type DayException = NonNullable<ScheduleFields["exceptions"]>[number];

/** A practitioner's hours, as the API takes and answers them. */
export interface Schedule {
  zone: string;
  windows: readonly WeeklyWindow[];
  exceptions?: readonly DayException[];
}

/** Wall-clock times of one local day; an end at or before the start is on the next day. */
type Hours = Pick<WeeklyWindow, "start" | "end" | "location">;

/** Opening hours as instants, and where they are, if they say. */
export interface OpenWindow extends Interval {
  location?: WeeklyWindow["location"];
}

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const satisfies WeeklyWindow["days"];

/** The opening windows that have time in common with `within`, as instants, ascending by start; they may overlap. */
export function openWindows(schedule: Schedule, within: Interval): OpenWindow[] {
  const exceptions = new Map(schedule.exceptions?.map((exception) => [exception.date, exception]));
  return daysAround(within, schedule.zone)
    .flatMap((day) => hoursOn(day, schedule, exceptions).map((hours) => toInterval(hours, day, schedule.zone)))
    .filter(({ start, end }) => start < end && start < within.end && end > within.start)
    .sort((a, b) => a.start - b.start || a.end - b.end);
}

/**
 * The local days whose windows may reach into `within`. A window may end late on the day after its own, and a gap may
 * push that end past midnight, hence two days before. Where a clock is set back over midnight, a day has begun before
 * the last hour of the day before it, hence one day after.
 */
function daysAround(within: Interval, zone: string): Temporal.PlainDate[] {
  const localDay = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate();
  const first = localDay(within.start).subtract({ days: 2 });
  const count = first.until(localDay(within.end)).days + 2;
  return Array.from({ length: Math.max(count, 0) }, (_, days) => first.add({ days }));
}

/** The hours of the windows that belong to a day: an exception's in place of the weekly ones. */
function hoursOn(
  day: Temporal.PlainDate,
  { windows }: Schedule,
  exceptions: ReadonlyMap<string, DayException>,
): readonly Hours[] {
  const date = day.toString();
  const exception = exceptions.get(date);
  if (exception) return "windows" in exception ? exception.windows : [];
  const weekday = weekdays[day.dayOfWeek - 1];
  return windows.filter(
    ({ days, effectiveFrom = date, effectiveUntil = date }) =>
      days.some((name) => name === weekday) && effectiveFrom <= date && date <= effectiveUntil,
  );
}

/** Empty or turned round where a gap in the clock has eaten the window. */
function toInterval({ start, end, location }: Hours, day: Temporal.PlainDate, zone: string): OpenWindow {
  const endDay = end <= start ? day.add({ days: 1 }) : day;
  const interval = { start: toInstantMs(day, start, zone), end: toInstantMs(endDay, end, zone) };
  return location ? { ...interval, location } : interval;
}

/** The instants at which a local day begins and ends; a day of a clock change has 23 or 25 hours, or some other number. */
export function dayIn(date: string | Temporal.PlainDate, zone: string): Interval {
  const day = Temporal.PlainDate.from(date);
  const begin = (of: Temporal.PlainDate) => of.toZonedDateTime(zone).epochMilliseconds;
  return { start: begin(day), end: begin(day.add({ days: 1 })) };
}

/** The local day to which an instant (ms since 1970) belongs. */
export function dayAround(ms: number, zone: string): Interval {
  return dayIn(Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate(), zone);
}

/** Conversions done, by zone, day and time: practitioners of a clinic mostly share them, and each costs about 5 µs. */
const known = new Map<string, number>();
const mostKnown = 20_000;

/**
 * The instant at which clocks in the zone show that time on that day. A time that a gap leaves out moves forward by
 * the gap, one that comes twice is its first occurrence (RFC 5545, 3.3.5; Temporal's `compatible`).
 */
function toInstantMs(day: Temporal.PlainDate, time: string, zone: string): number {
  const local = `${day.toString()}T${time}`;
  const key = `${local} ${zone}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const zoned = Temporal.PlainDateTime.from(local).toZonedDateTime(zone, { disambiguation: "compatible" });
  if (known.size >= mostKnown) known.clear();
  known.set(key, zoned.epochMilliseconds);
  return zoned.epochMilliseconds;
}
