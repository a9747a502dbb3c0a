import { type Day, dayOf, listedOn } from "../appointments/day-book.ts";
import { findDays } from "../appointments/day-book-store.ts";
import type { Appointment, Visit } from "../appointments/model.ts";
import { appointmentAt } from "../appointments/store.ts";
import { openWindows, type Schedule } from "../availability/opening-hours.ts";
import { type Instant, type Interval, overlaps, toMs } from "../kernel/instant.ts";
import { getAll } from "../kernel/table.ts";
import type { Outside } from "./model.ts";

/** Of how many appointments an answer tells. */
const most = 100;

const minute = 60_000;
/** The longest that an appointment lasts, and the most that its buffers add on either side. */
const longest = 450 * minute;
const widest = 120 * minute;
/** The end of the years of four digits: no instant lies beyond, and days sort as text only up to here. */
const lastMoment = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** What decides of an appointment's row; all of it is plain, so no key is needed. */
type Row = Pick<Appointment, "id" | "status" | "start" | "end" | "patient"> & Pick<Visit, "buffers">;
type Listed = ReturnType<typeof listedOn>[number];

/** The upcoming appointments that do not lie within one opening window, by start; whether they start on a slot is no matter. */
export async function findOutsideHours(
  clinic: string,
  practitioner: string,
  schedule: Schedule,
  now: Instant,
): Promise<Outside> {
  const suspects: Listed[] = [];
  for await (const day of findDays(clinic, practitioner, dayOf(toMs(now)), "9999-12-31"))
    suspects.push(...outsideOf(schedule, upcomingOn(day, now)));
  return findAffected(clinic, suspects, () => true);
}

function outsideOf(schedule: Schedule, listed: readonly Listed[]): Listed[] {
  const [first] = listed;
  if (!first) return [];
  const windows = openWindows(schedule, { start: first.start, end: Math.max(...listed.map(({ end }) => end)) });
  return listed.filter(({ start, end }) => !windows.some((window) => window.start <= start && end <= window.end));
}

/** The first and the last UTC day on which appointments are listed whose claims may meet a stretch of time. */
export function aroundOf({ start, end }: Interval): { first: string; last: string } {
  return { first: dayOf(start - longest - widest), last: dayOf(Math.min(end + widest, lastMoment)) };
}

/** The upcoming appointments whose claims, buffers included, meet a time off, by start. `days` are all those of `aroundOf`. */
export function findWithinOff(clinic: string, days: readonly Day[], off: Interval, now: Instant): Promise<Outside> {
  const wide = { start: off.start - widest, end: off.end + widest };
  const suspects = days.flatMap((day) => upcomingOn(day, now)).filter((listed) => overlaps(listed, wide));
  return findAffected(clinic, suspects, ({ start, end, buffers }) =>
    overlaps({ start: toMs(start) - buffers.before * minute, end: toMs(end) + buffers.after * minute }, off),
  );
}

function upcomingOn(day: Day, now: Instant): Listed[] {
  return listedOn(day).filter(({ start }) => start > toMs(now));
}

/** Those of the appointments that are still to take place and meet the condition; read by hundreds until there are enough. */
async function findAffected(
  clinic: string,
  suspects: readonly Listed[],
  isAffected: (row: Row) => boolean,
): Promise<Outside> {
  const outside: Outside["outside"] = [];
  for (let read = 0; read < suspects.length && outside.length <= most; read += 100) {
    const keys = suspects.slice(read, read + 100).map(({ id }) => appointmentAt(clinic, id));
    const rows = (await getAll(keys)).filter((row) => row !== undefined) as unknown as Row[];
    const affected = rows.filter((row) => !ended.includes(row.status) && isAffected(row));
    outside.push(...affected.map(({ id, start, end, patient }) => ({ appointment: id, start, end, patient })));
  }
  return { outside: outside.slice(0, most), ...(outside.length > most ? { more: true as const } : {}) };
}

/** A cancelled appointment stays listed in its day-book, as does one that is over. */
const ended: readonly Appointment["status"][] = ["cancelled", "noshow", "fulfilled", "entered-in-error"];
