import { toMs } from "../kernel/instant.ts";
import { type Claim, cellsIn } from "./changes.ts";
import type { Circumstances, Thing } from "./choice.ts";
import { cellName, type Day, forGood } from "./day-book.ts";
import type { Appointment, Buffers, Sharing, Visit } from "./model.ts";
import { withoutShares } from "./shares.ts";

const minute = 60_000;

/** What a visit writes into the day-books. */
export function claimsOf({ appointment, claims, overlapsPatient = false, ...of }: Visit): Claim[] {
  const { id, patient, practitioner, status } = appointment;
  const isOff = status === "cancelled" || status === "entered-in-error";
  const written = claimsFor(appointment, of, { id, until: forGood }).map((claim) =>
    claim.thing === patient && !isOff ? { ...claim, lists: { ...claim.lists, with: practitioner } } : claim,
  );
  return written.map((claim) =>
    claims && !(overlapsPatient && claim.thing === patient) ? claim : { ...claim, takes: undefined },
  );
}

/**
 * What an appointment or a hold takes: with the buffers of who and what works, without them of the patient. A group visit
 * shares its practitioner and room; where a service admits so many a day, each takes a share of the service's day.
 */
export function claimsFor(
  taking: Pick<Appointment, "start" | "end" | "practitioner" | "service" | "resources"> & {
    patient?: string | undefined;
  },
  { buffers, capacity = 1, place = 0, daily }: { buffers: Buffers } & Sharing,
  { id, until }: { id: string; until: number },
): Claim[] {
  const start = toMs(taking.start);
  const end = toMs(taking.end);
  const { practitioner, service, resources, patient } = taking;
  const lists = { id, start, end, ...(until === forGood ? {} : { until }) };
  const takes = { start: start - buffers.before * minute, end: end + buffers.after * minute };
  const shares = capacity > 1 ? { capacity, place, with: resources } : undefined;
  const admitted = daily && { capacity: daily.most, place: daily.place, with: [], isOnlyShared: true };
  return [
    ...[practitioner, ...resources].map((thing) => ({ thing, takes, until, shares, lists })),
    ...(patient ? [{ thing: patient, takes: { start, end }, until, lists }] : []),
    ...(daily
      ? [{ thing: service, takes: { start: daily.start, end: daily.end }, until, shares: admitted, lists }]
      : []),
  ];
}

/**
 * What decides on a move, with the moved appointment taken out: it does not stand in its own way, nor does it count among
 * those that the patient has before them or that the service admits that day.
 */
export function withoutOwn<Given extends Pick<Circumstances, "candidates" | "things" | "daily" | "ahead">>(
  given: Given,
  visit: Visit,
): Given {
  const own = claimsOf(visit);
  const freed = <Of extends { id: string; days: Thing["days"] }>(of: Of): Of => {
    const cells = [...cellsIn(own.filter(({ thing }) => thing === of.id)).values()];
    const ofDay = ({ sk }: Day) => cells.flatMap(({ date, cell }) => (date === sk ? cellName(cell) : []));
    const days = of.days.map((day) => day && withoutShares(without(day, ofDay(day)), visit.appointment.id));
    return { ...of, days };
  };
  const ahead = given.ahead && { ...given.ahead, count: Math.max(0, given.ahead.count - 1) };
  return {
    ...given,
    candidates: given.candidates.map(freed),
    things: given.things.map((each) => each.map(freed)),
    daily: given.daily && freed(given.daily),
    ahead,
  };
}

function without(day: Day, names: readonly string[]): Day {
  return Object.fromEntries(Object.entries(day).filter(([name]) => !names.includes(name))) as Day;
}
