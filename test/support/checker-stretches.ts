import type { Taking } from "./checker-seen.ts";

const cellMs = 5 * 60_000;
const dayMs = 86_400_000;

/** A time that something takes of a person, a room, a device, or of what a service admits a day. */
export interface Stretch {
  thing: string;
  start: number;
  end: number;
  /** How many may be there at once, itself included; one alone has its cells, several have their places. */
  capacity: number;
  place?: number | undefined;
  /** The rooms that go with a place. */
  with: string[];
}

/** Who takes part in something, and from when to when: buffers are the clinic's, not the patient's. */
export function stretchesOf(row: Taking, { overlapsPatient = false } = {}): Stretch[] {
  const [start, end] = [Date.parse(row.start), Date.parse(row.end)];
  const own = { start: start - row.buffers.before * 60_000, end: end + row.buffers.after * 60_000 };
  const { capacity = 1, place, daily } = row;
  const shared = { capacity, place, with: capacity > 1 ? row.resources : [] };
  return [
    ...[row.practitioner, ...row.resources].map((thing) => ({ thing, ...own, ...shared })),
    ...(row.patient && !overlapsPatient ? [{ thing: row.patient, start, end, capacity: 1, with: [] }] : []),
    ...(daily
      ? [{ thing: row.service, start: daily.start, end: daily.end, capacity: daily.most, place: daily.place, with: [] }]
      : []),
  ];
}

/** Whether its cells are its own; what admits several has places, be it one only. */
function isAlone({ place }: Stretch): boolean {
  return place === undefined;
}

/** The cells of a stretch, each as thing, day and attribute; none of one that is shared. */
export function cellsOf(stretch: Stretch): string[] {
  if (!isAlone(stretch)) return [];
  const cells: string[] = [];
  for (let at = Math.floor(stretch.start / cellMs) * cellMs; at < stretch.end; at += cellMs) {
    cells.push(`${stretch.thing} ${dayOf(at)} c${((at % dayMs) / cellMs).toString(36)}`);
  }
  return cells;
}

/** The attributes in which a shared stretch lies, one on each day that it touches. */
export function placesOf(stretch: Stretch): string[] {
  if (isAlone(stretch)) return [];
  const places: string[] = [];
  const { thing, start, end, capacity, place = 0 } = stretch;
  const name = ["shr", ...[start, end, capacity, place].map((part) => part.toString(36))].join("_");
  for (let at = Math.floor(start / dayMs) * dayMs; at < end; at += dayMs) places.push(`${thing} ${dayOf(at)} ${name}`);
  return places;
}

/** The UTC day of an instant. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Where more are at once than the strictest of them admits: at which moment, of which things. */
export function crowdsIn<Taken extends Stretch & { id: string }>(taken: readonly Taken[]): [thing: string, Taken[]][] {
  return [...Map.groupBy(taken, ({ thing }) => thing)].flatMap(([thing, its]) =>
    // Where too many meet, the one that began last among them began in their midst.
    its.flatMap(({ start }): [string, Taken[]][] => {
      const there = its.filter((each) => each.start <= start && start < each.end);
      return there.length > Math.min(...there.map(({ capacity }) => capacity)) ? [[thing, there]] : [];
    }),
  );
}
