import { type HoldRow, lastPart, type Row, type Seen, type Taking } from "./checker-seen.ts";
import type { Scene } from "./history-world.ts";

const cellMs = 5 * 60_000;
const dayMs = 86_400_000;
/** What a cell holds that is taken for good. */
const forGood = 9e15;

interface Stretch {
  thing: string;
  start: number;
  end: number;
}

/** Who takes part in something, and from when to when: buffers are the clinic's, not the patient's. */
export function stretchesOf(row: Taking, { overlapsPatient = false } = {}): Stretch[] {
  const [start, end] = [Date.parse(row.start), Date.parse(row.end)];
  const own = { start: start - row.buffers.before * 60_000, end: end + row.buffers.after * 60_000 };
  return [
    ...[row.practitioner, ...row.resources].map((thing) => ({ thing, ...own })),
    ...(row.patient && !overlapsPatient ? [{ thing: row.patient, start, end }] : []),
  ];
}

/** The cells of a stretch, each as thing, day and attribute. */
function cellsOf({ thing, start, end }: Stretch): string[] {
  const cells: string[] = [];
  for (let at = Math.floor(start / cellMs) * cellMs; at < end; at += cellMs) {
    cells.push(`${thing} ${dayOf(at)} c${((at % dayMs) / cellMs).toString(36)}`);
  }
  return cells;
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export function isActive({ status }: Pick<Row, "status">): boolean {
  return status !== "cancelled" && status !== "entered-in-error";
}

/** Nobody is in two places; and each cell and each entry of the day-books is somebody's, and nothing is missing. */
export function bookFaults(seen: Seen, scene: Scene): string[] {
  return [...doubleFaults(seen, scene), ...cellFaults(seen), ...holdCellFaults(seen), ...entryFaults(seen)];
}

/** By the appointments alone, whatever the day-books say. */
function doubleFaults({ appointments }: Seen, { practitioners, patients, rooms }: Scene): string[] {
  const taken = appointments
    .filter(isActive)
    .flatMap((row) => stretchesOf(row, row).map((stretch) => ({ ...stretch, id: row.id })));
  return [...practitioners, ...patients, ...rooms].flatMap((thing) => {
    const its = taken.filter((each) => each.thing === thing);
    return its.flatMap((a, place) =>
      its
        .slice(place + 1)
        .filter((b) => a.start < b.end && b.start < a.end)
        .map((b) => `${thing} is double-booked by ${a.id} and ${b.id}`),
    );
  });
}

function cellFaults({ appointments, days }: Seen): string[] {
  const owners = new Map<string, string[]>();
  for (const row of appointments.filter(isActive)) {
    for (const cell of stretchesOf(row, row).flatMap(cellsOf)) owners.set(cell, [...(owners.get(cell) ?? []), row.id]);
  }
  const taken = new Set(cellsIn(days).flatMap(({ cell, until }) => (until === forGood ? cell : [])));
  return [
    ...[...taken].filter((cell) => !owners.has(cell)).map((cell) => `cell ${cell} is taken by no active appointment`),
    ...[...owners].flatMap(([cell, ids]) => [
      ...(taken.has(cell) ? [] : [`cell ${cell} of ${ids.join()} is not taken`]),
      ...(ids.length > 1 ? [`cell ${cell} belongs to ${ids.join(" and ")}`] : []),
    ]),
  ];
}

/** A cell taken for a while is a hold's that was neither confirmed nor given back; one that lives has all of its cells. */
function holdCellFaults({ holds, days, end }: Seen): string[] {
  const held = holds.filter(({ status }) => status === "held");
  const nameOf = (cell: string, { expiresAt }: HoldRow) => `${cell} until ${Date.parse(expiresAt)}`;
  const owned = new Set(
    held.flatMap((hold) =>
      stretchesOf(hold)
        .flatMap(cellsOf)
        .map((cell) => nameOf(cell, hold)),
    ),
  );
  const found = cellsIn(days)
    .filter(({ until }) => until !== forGood)
    .map(({ cell, until }) => `${cell} until ${until}`);
  const live = held.filter(({ expiresAt }) => Date.parse(expiresAt) >= end);
  const wanted = live.flatMap((hold) =>
    stretchesOf(hold)
      .flatMap(cellsOf)
      .map((cell) => nameOf(cell, hold)),
  );
  const perPatient = Map.groupBy(live, ({ patient }) => patient);
  return [
    ...found.filter((cell) => !owned.has(cell)).map((cell) => `cell ${cell} is held by nobody`),
    ...wanted.filter((cell) => !found.includes(cell)).map((cell) => `cell ${cell} of a live hold is not taken`),
    ...[...perPatient]
      .filter(([patient, its]) => patient && its.length > 2)
      .map(([patient, its]) => `${patient} has ${its.length} holds at once`),
  ];
}

function cellsIn(days: Seen["days"]): { cell: string; until: unknown }[] {
  return days.flatMap((day) =>
    Object.entries(day)
      .filter(([name]) => /^c[0-9a-z]{1,2}$/.test(name))
      .map(([name, until]) => ({ cell: `${lastPart(day.pk)} ${day.sk} ${name}`, until })),
  );
}

/** The day-books list each appointment, be it cancelled or not, and each hold that is held, where and when it is. */
function entryFaults({ appointments, holds, days }: Seen): string[] {
  const entriesOf = (row: Row | HoldRow, until?: string) => {
    const times = [row.start, row.end, ...(until ? [until] : [])].map((each) => Date.parse(each)).join("-");
    const day = dayOf(Date.parse(row.start));
    return stretchesOf(row).map(({ thing }) => `${thing} ${day} ${row.id} ${times}`);
  };
  const wanted = new Set([
    ...appointments.flatMap((row) => entriesOf(row)),
    ...holds.filter(({ status }) => status === "held").flatMap((hold) => entriesOf(hold, hold.expiresAt)),
  ]);
  const found = new Set(
    days.flatMap((day) =>
      Object.entries(day)
        .filter(([name]) => /^(apt|hld)_/.test(name))
        .map(([id, times]) => `${lastPart(day.pk)} ${day.sk} ${id} ${(times as number[]).join("-")}`),
    ),
  );
  return [
    ...[...found.difference(wanted)].map((entry) => `the day-book lists ${entry}, which is not so`),
    ...[...wanted.difference(found)].map((entry) => `the day-book does not list ${entry}`),
  ];
}
