import { toMs } from "../kernel/instant.ts";
import type { Circumstances, Thing } from "./choice.ts";
import { type Claim, cellName, cellsIn, type Day, forGood } from "./day-book.ts";
import type { Appointment, Buffers, Visit } from "./model.ts";

const minute = 60_000;

/** What a visit writes into the day-books. */
export function claimsOf({ appointment, buffers, claims, overlapsPatient = false }: Visit): Claim[] {
  const written = claimsFor(appointment, buffers, { id: appointment.id, until: forGood });
  return written.map((claim) =>
    claims && !(overlapsPatient && claim.thing === appointment.patient) ? claim : { ...claim, takes: undefined },
  );
}

/** What an appointment or a hold takes: with the buffers of who and what works, without them of the patient. */
export function claimsFor(
  taking: Pick<Appointment, "start" | "end" | "practitioner" | "resources"> & { patient?: string | undefined },
  buffers: Buffers,
  { id, until }: { id: string; until: number },
): Claim[] {
  const start = toMs(taking.start);
  const end = toMs(taking.end);
  const lists = { id, start, end, ...(until === forGood ? {} : { until }) };
  const withBuffers = { start: start - buffers.before * minute, end: end + buffers.after * minute };
  return [
    ...[taking.practitioner, ...taking.resources].map((thing) => ({ thing, takes: withBuffers, until, lists })),
    ...(taking.patient ? [{ thing: taking.patient, takes: { start, end }, until, lists }] : []),
  ];
}

/**
 * What decides on a move, with the moved appointment taken out: it does not stand in its own way in the rooms it has,
 * nor does it count among those that the patient has before them.
 */
export function withoutOwn<Given extends Pick<Circumstances, "things" | "ahead">>(given: Given, visit: Visit): Given {
  const own = claimsOf(visit);
  const freed = (thing: Thing): Thing => {
    const cells = cellsIn(own.filter((claim) => claim.thing === thing.id));
    const days = thing.days.map(
      (day) =>
        day &&
        withoutCells(
          day,
          [...cells.values()].filter(({ date }) => date === day.sk),
        ),
    );
    return { ...thing, days };
  };
  const ahead = given.ahead && { ...given.ahead, count: Math.max(0, given.ahead.count - 1) };
  return { ...given, things: given.things.map((each) => each.map(freed)), ahead };
}

function withoutCells(day: Day, cells: readonly { cell: number }[]): Day {
  const names = new Set(cells.map(({ cell }) => cellName(cell)));
  return Object.fromEntries(Object.entries(day).filter(([name]) => !names.has(name))) as Day;
}
