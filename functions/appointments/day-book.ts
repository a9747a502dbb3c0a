import { type Interval, overlaps } from "../kernel/instant.ts";
import { fullFor, sharesOn } from "./shares.ts";

/*
 * The day-book: one small item per bookable thing and UTC day. The day is cut into cells of five minutes; a cell holds
 * the instant (milliseconds since 1970) until which it is taken, so what was taken for a while frees itself. Beside the
 * cells lie the day's appointments (`apt_...`: start and end), what shares its time (`shr_...`), the time off that touches
 * it (`off`) and `rev`, which rises with every new share and every change of the time off; `rev0` is the `rev` of the last
 * such change but for those who joined a group.
 */

const cellMs = 5 * 60_000;
const dayMs = 86_400_000;

/** The value of a cell that is taken for good. */
export const forGood = 9e15;

/** A cell's attribute: `c` and its number within the day, in base 36, for an item's weight is what a write costs. */
export function cellName(cell: number): string {
  return `c${cell.toString(36)}`;
}

/** The UTC day (`YYYY-MM-DD`) of an instant. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The UTC days that a stretch of time touches, in order. */
export function daysOf({ start, end }: Interval): string[] {
  const first = Math.floor(start / dayMs);
  const last = Math.floor((end - 1) / dayMs);
  return Array.from({ length: last - first + 1 }, (_, day) => dayOf((first + day) * dayMs));
}

/** The cells that a stretch of time takes, day by day. */
export function cellsOf({ start, end }: Interval): { date: string; cell: number }[] {
  const first = Math.floor(start / cellMs);
  const last = Math.ceil(end / cellMs);
  return Array.from({ length: last - first }, (_, step) => {
    const at = (first + step) * cellMs;
    return { date: dayOf(at), cell: Math.floor((at % dayMs) / cellMs) };
  });
}

/** A day's item as read; a day nobody has touched has none. */
export type Day = { sk: string; rev?: number; off?: Record<string, [start: number, end: number]> } & Record<
  string,
  unknown
>;

/** Whether nobody's claim stands against a stretch of time, on the days it touches; time off is judged elsewhere. */
export function isFree(days: readonly (Day | undefined)[], stretch: Interval, now: number, capacity = 1): boolean {
  const dayAt = (date: string) => days.find((day) => day?.sk === date);
  const isClear = cellsOf(stretch).every(({ date, cell }) => !isTaken(dayAt(date), [cell], now));
  return isClear && !days.some((day) => fullFor(sharesOn(day, now), capacity).some((full) => overlaps(full, stretch)));
}

/** Whether any of the cells is taken at that moment. */
export function isTaken(day: Record<string, unknown> | undefined, cells: readonly number[], now: number): boolean {
  return cells.some((cell) => ((day?.[cellName(cell)] as number | undefined) ?? 0) >= now);
}

/** The times a day is not free: its taken cells, run together, where it is shared to the full, and its time off. */
export function busyOf(day: Day, now: number, capacity = 1): Interval[] {
  const midnight = Date.parse(`${day.sk}T00:00:00Z`);
  const taken = Object.entries(day)
    .filter(([name, until]) => /^c[0-9a-z]{1,2}$/.test(name) && (until as number) >= now)
    .map(([name]) => midnight + Number.parseInt(name.slice(1), 36) * cellMs)
    .sort((a, b) => a - b);
  return [...runsOf(taken), ...fullFor(sharesOn(day, now), capacity), ...offOf(day)];
}

function runsOf(starts: readonly number[]): Interval[] {
  const runs: Interval[] = [];
  for (const start of starts) {
    const last = runs.at(-1);
    if (last?.end === start) last.end += cellMs;
    else runs.push({ start, end: start + cellMs });
  }
  return runs;
}

/** The time off that touches a day. */
export function offOf(day: Day | undefined): Interval[] {
  return Object.values(day?.off ?? {}).map(([start, end]) => ({ start, end }));
}

/** The appointments on a patient's day, each with whom. */
export function metOn(day: Day): ({ practitioner: string } & Interval)[] {
  return Object.entries(day).flatMap(([name, listed]) => {
    if (!name.startsWith("apt_")) return [];
    const [start, end, , practitioner] = listed as [number, number, number?, string?];
    return practitioner ? [{ practitioner, start, end }] : [];
  });
}

/** The appointments listed on a day, by start, then id; or the holds, each with the instant at which it lapses. */
export function listedOn(day: Day, kind: "apt" | "hld" = "apt"): ({ id: string } & Interval)[] {
  return Object.entries(day)
    .filter(([name]) => name.startsWith(`${kind}_`))
    .map(([id, times]) => ({ id, start: (times as number[])[0] as number, end: (times as number[])[1] as number }))
    .sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
}
