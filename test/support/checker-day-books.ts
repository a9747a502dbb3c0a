import { type HoldRow, lastPart, type Row, type Seen } from "./checker-seen.ts";
import { cellsOf, crowdsIn, dayOf, placesOf, stretchesOf } from "./checker-stretches.ts";

/** What a cell or a place holds that is taken for good. */
const forGood = 9e15;

export function isActive({ status }: Pick<Row, "status">): boolean {
  return status !== "cancelled" && status !== "entered-in-error";
}

/** Nobody is in two places; and each cell, place and entry of the day-books is somebody's, and nothing is missing. */
export function bookFaults(seen: Seen): string[] {
  return [
    ...crowdFaults(seen),
    ...cellFaults(seen),
    ...holdCellFaults(seen),
    ...placeFaults(seen),
    ...entryFaults(seen),
  ];
}

/** By the appointments and the holds that live, whatever the day-books say: never more at once than the strictest admits. */
function crowdFaults(seen: Seen): string[] {
  const taken = [
    ...seen.appointments
      .filter(isActive)
      .flatMap((row) => stretchesOf(row, row).map((each) => ({ ...each, id: row.id }))),
    ...liveHolds(seen).flatMap((hold) => stretchesOf(hold).map((each) => ({ ...each, id: hold.id }))),
  ];
  return crowdsIn(taken).map(([thing, its]) => `${thing} is double-booked by ${its.map(({ id }) => id).join(" and ")}`);
}

/** The holds that were neither confirmed nor given back, and have not lapsed. */
function liveHolds({ holds, end }: Seen): HoldRow[] {
  return holds.filter(({ status, expiresAt }) => status === "held" && Date.parse(expiresAt) >= end);
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
function holdCellFaults(seen: Seen): string[] {
  const { holds, days } = seen;
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
  const live = liveHolds(seen);
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

/** Each place that is shared is an active appointment's or a held hold's, with its rooms; and each of those has its place. */
function placeFaults(seen: Seen): string[] {
  const { appointments, holds, days } = seen;
  const placesFor = ({ id }: Row | HoldRow, until: number, stretches: ReturnType<typeof stretchesOf>) =>
    stretches.flatMap((each) =>
      placesOf(each).map((place) => `${place} of ${[id, ...each.with].join()} until ${until}`),
    );
  const ofHold = (hold: HoldRow) => placesFor(hold, Date.parse(hold.expiresAt), stretchesOf(hold));
  const wanted = appointments.filter(isActive).flatMap((row) => placesFor(row, forGood, stretchesOf(row, row)));
  const live = liveHolds(seen).flatMap(ofHold);
  // A lapsed hold's place may still lie there, or be another's by now.
  const lapsed = holds.filter(({ status }) => status === "held").flatMap(ofHold);
  const found = days.flatMap((day) =>
    Object.entries(day)
      .filter(([name]) => name.startsWith("shr_"))
      .map(([name, written]) => {
        const [until, ...whose] = written as [number, ...string[]];
        return `${lastPart(day.pk)} ${day.sk} ${name} of ${whose.join()} until ${until}`;
      }),
  );
  const owned = new Set([...wanted, ...lapsed]);
  return [
    ...found.filter((place) => !owned.has(place)).map((place) => `the place ${place} is nobody's`),
    ...[...wanted, ...live].filter((place) => !found.includes(place)).map((place) => `the place ${place} is not taken`),
  ];
}

/** The day-books list each appointment, be it cancelled or not, and each hold that is held, where and when it is. */
function entryFaults({ appointments, holds, days }: Seen): string[] {
  const entriesOf = (row: Row | HoldRow, until?: string) => {
    const times = [row.start, row.end, ...(until ? [until] : [])].map((each) => Date.parse(each)).join("-");
    const day = dayOf(Date.parse(row.start));
    // A patient's own day-book tells with whom, as long as the appointment stands: who treats them is seen from it.
    const isMeeting = !("expiresAt" in row) && isActive(row);
    return stretchesOf(row).map(({ thing }) => {
      const whom = isMeeting && thing === row.patient ? `-0-${row.practitioner}` : "";
      return `${thing} ${day} ${row.id} ${times}${whom}`;
    });
  };
  const wanted = new Set([
    ...appointments.flatMap((row) => entriesOf(row)),
    ...holds.filter(({ status }) => status === "held").flatMap((hold) => entriesOf(hold, hold.expiresAt)),
  ]);
  const found = new Set(
    days.flatMap((day) =>
      Object.entries(day)
        .filter(([name]) => /^(apt|hld)_/.test(name))
        .map(([id, times]) => `${lastPart(day.pk)} ${day.sk} ${id} ${(times as (number | string)[]).join("-")}`),
    ),
  );
  return [
    ...[...found.difference(wanted)].map((entry) => `the day-book lists ${entry}, which is not so`),
    ...[...wanted.difference(found)].map((entry) => `the day-book does not list ${entry}`),
  ];
}
