import type { Interval } from "../kernel/instant.ts";

/*
 * The day-book: one small item per bookable thing and UTC day. The day is cut into cells of five minutes; a cell holds
 * the instant (milliseconds since 1970) until which it is taken, so what was taken for a while frees itself. Beside the
 * cells lie the day's appointments (`apt_...`: start and end), the time off that touches it (`off`) and `rev`, which
 * rises with every change of the time off.
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

/** What an appointment or a hold writes into one thing's day-book: the time it takes, if any, and where it is listed. */
export interface Claim {
  thing: string;
  takes?: Interval | undefined;
  /** Until when the time is taken; a hold's claims lapse. */
  until: number;
  lists: { id: string; until?: number } & Interval;
}

/** What becomes of one day's item. */
export interface DayChange {
  thing: string;
  date: string;
  /** Cells that must be free, to be taken until `until`. */
  take: number[];
  /** Cells that are held until `from`, to be taken until `until`. */
  retake: number[];
  /** Cells given back; those of a hold only if they are still its own (`from`). */
  free: number[];
  from: number;
  until: number;
  list?: Claim["lists"];
  unlist?: string;
}

/**
 * The changes from what was claimed to what is claimed now; a claim never stands in its own way. Confirming a hold is
 * such a change: the same cells, taken for good instead of for a while.
 */
export function changesBetween(before: readonly Claim[], after: readonly Claim[]): DayChange[] {
  const changes = new Map<string, DayChange>();
  const [from, until] = [before[0]?.until ?? forGood, after[0]?.until ?? forGood];
  const changeOf = (thing: string, date: string): DayChange => {
    const change = changes.get(`${thing} ${date}`) ?? { thing, date, take: [], retake: [], free: [], from, until };
    changes.set(`${thing} ${date}`, change);
    return change;
  };
  const held = cellsIn(before);
  const wanted = cellsIn(after);
  for (const [name, { thing, date, cell }] of wanted) {
    if (!held.has(name)) changeOf(thing, date).take.push(cell);
    else if (from !== until) changeOf(thing, date).retake.push(cell);
  }
  for (const [name, { thing, date, cell }] of held) if (!wanted.has(name)) changeOf(thing, date).free.push(cell);
  relist(before, after, changeOf);
  return [...changes.values()].filter(
    ({ take, retake, free, list, unlist }) => take.length + retake.length + free.length > 0 || list || unlist,
  );
}

/** Strikes the old entries out and writes the new ones, where they are not the same. */
function relist(
  before: readonly Claim[],
  after: readonly Claim[],
  changeOf: (thing: string, date: string) => DayChange,
): void {
  for (const { thing, lists } of before) changeOf(thing, dayOf(lists.start)).unlist = lists.id;
  for (const { thing, lists } of after) {
    const change = changeOf(thing, dayOf(lists.start));
    if (change.unlist === lists.id) delete change.unlist;
    const isListed = before.some((claim) => claim.thing === thing && sameEntry(claim.lists, lists));
    if (!isListed) change.list = lists;
  }
}

function sameEntry(a: Claim["lists"], b: Claim["lists"]): boolean {
  return a.id === b.id && a.start === b.start && a.end === b.end;
}

/** The cells that claims take, by name. */
export function cellsIn(claims: readonly Claim[]) {
  const cells = new Map<string, { thing: string; date: string; cell: number }>();
  for (const { thing, takes } of claims) {
    for (const { date, cell } of takes ? cellsOf(takes) : [])
      cells.set(`${thing} ${date} ${cell}`, { thing, date, cell });
  }
  return cells;
}

/** The cells that a stretch of time takes, day by day. */
function cellsOf({ start, end }: Interval): { date: string; cell: number }[] {
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

/** Whether a stretch of time is free on all the days it touches, by the cells alone. */
export function isFree(days: readonly (Day | undefined)[], stretch: Interval, now: number): boolean {
  const taken = (date: string) => days.find((day) => day?.sk === date);
  return cellsOf(stretch).every(({ date, cell }) => !isTaken(taken(date), [cell], now));
}

/** Whether any of the cells is taken at that moment. */
export function isTaken(day: Record<string, unknown> | undefined, cells: readonly number[], now: number): boolean {
  return cells.some((cell) => ((day?.[cellName(cell)] as number | undefined) ?? 0) >= now);
}

/** The times a day is not free: its taken cells, run together, and its time off. */
export function busyOf(day: Day, now: number): Interval[] {
  const midnight = Date.parse(`${day.sk}T00:00:00Z`);
  const taken = Object.entries(day)
    .filter(([name, until]) => /^c[0-9a-z]{1,2}$/.test(name) && (until as number) >= now)
    .map(([name]) => midnight + Number.parseInt(name.slice(1), 36) * cellMs)
    .sort((a, b) => a - b);
  return [...runsOf(taken), ...offOf(day)];
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

/** The appointments listed on a day, by start, then id; or the holds, each with the instant at which it lapses. */
export function listedOn(day: Day, kind: "apt" | "hld" = "apt"): ({ id: string } & Interval)[] {
  return Object.entries(day)
    .filter(([name]) => name.startsWith(`${kind}_`))
    .map(([id, times]) => ({ id, start: (times as number[])[0] as number, end: (times as number[])[1] as number }))
    .sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
}
