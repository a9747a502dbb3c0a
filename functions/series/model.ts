import type * as z from "zod/mini";
import { type Appointment, type Buffers, bookHeld, buffersOf, endOf, type Visit } from "../appointments/model.ts";
import type { KeptHold } from "../holds/model.ts";
import type { Caller } from "../kernel/exchange.ts";
import { type Instant, toInstant, toMs } from "../kernel/instant.ts";
import type { Service } from "../services/model.ts";
import type { Plan, Planned } from "./plan.ts";
import type { series, seriesCancelled, seriesFields } from "./routes.ts";

export type Series = z.output<typeof series>;
export type SeriesFields = z.output<typeof seriesFields>;
export type Occurrence = Series["occurrences"][number];

/** How long the times of a long series are held, in minutes: for its confirmation, and for whoever must complete it. */
const held = 10;

/** A series with what its appointments are made of, so that whoever meets it half-done can complete it. */
export interface KeptSeries {
  series: Series;
  /** `committed`: it is certain, but some of its holds may wait to be confirmed. */
  status: "committed" | "booked";
  /** What each booked occurrence takes. */
  taken: Taken[];
  durationMinutes: number;
  buffers: Buffers;
  /** Until when the times are held. */
  expiresAt: Instant;
  /** Who booked it. */
  by: Pick<Caller, "user" | "role" | "person">;
}

export interface Taken extends Planned {
  appointment: Appointment["id"];
  hold: KeptHold["hold"]["id"];
}

/** The ids that a series and its parts will have. */
export interface NewIds {
  series: Series["id"];
  appointment: () => Appointment["id"];
  hold: () => KeptHold["hold"]["id"];
}

/** A series that is about to be booked as planned. */
export function plannedSeries(
  plan: Plan & { practitioner: object },
  wish: Pick<Series, "patient" | "service" | "rule" | "timeZone" | "reason">,
  service: Service,
  { ids, now, by }: { ids: NewIds; now: Instant; by: Caller },
): KeptSeries {
  const taken = plan.booked.map((each) => ({ ...each, appointment: ids.appointment(), hold: ids.hold() }));
  const booked = taken.map(({ number, start, appointment }): Occurrence => {
    return { number, start, outcome: "booked", appointment };
  });
  const skipped = plan.conflicts.map(({ occurrence: number, start, code }): Occurrence => {
    return { number, start, outcome: "skipped", code };
  });
  const occurrences = [...booked, ...skipped].toSorted((a, b) => a.number - b.number);
  const { patient, rule, timeZone, reason } = wish;
  const who = { patient, practitioner: plan.practitioner.id, service: service.id };
  const { user, role, person } = by;
  return {
    series: { id: ids.series, ...who, rule, timeZone, reason, occurrences, createdAt: now },
    status: "booked",
    taken,
    durationMinutes: service.durationMinutes,
    buffers: buffersOf(service),
    expiresAt: toInstant(toMs(now) + held * 60_000),
    by: { user, role, person },
  };
}

/** The appointment of an occurrence, as it is made. */
export function visitOf({ series, durationMinutes, buffers }: KeptSeries, taken: Taken): Visit {
  const { id, patient, practitioner, service, reason, createdAt: now } = series;
  const { start, resources, location, sharing, appointment } = taken;
  const end = endOf(start, { durationMinutes });
  const wish = { start, end, patient, practitioner, service, resources, location, reason, series: id };
  return bookHeld(wish, { buffers, ...sharing }, { id: appointment, now });
}

/** The hold that keeps an occurrence's time until it is confirmed. */
export function holdOf({ series, durationMinutes, buffers, expiresAt }: KeptSeries, taken: Taken): KeptHold {
  const { patient, practitioner, service, createdAt } = series;
  const { start, resources, location, sharing, hold: id } = taken;
  const end = endOf(start, { durationMinutes });
  const who = { service, practitioner, resources, location, patient };
  return { hold: { id, status: "held", start, end, ...who, expiresAt, createdAt }, buffers, ...sharing };
}

/** The series with all its appointments made, but for those whose time others took after the holds had lapsed. */
export function completed(kept: KeptSeries, lapsed: readonly number[]): KeptSeries {
  const occurrences = kept.series.occurrences.map(({ number, start, ...rest }): Occurrence => {
    return lapsed.includes(number) ? { number, start, outcome: "lapsed" } : { number, start, ...rest };
  });
  return { ...kept, status: "booked", series: { ...kept.series, occurrences } };
}

/** From where a series is cancelled: an occurrence's number, or an instant. */
export type From = number | Instant;

/** Which appointments are to be cancelled, and what is then answered. */
export interface Cancellation<Opened extends { visit: Visit }> {
  cancelling: Opened[];
  answer: z.output<typeof seriesCancelled>;
}

/** All that lies ahead and has not begun, from a number or a time on; what was cancelled before is told again. */
export function cancellationOf<Opened extends { visit: Visit }>(
  { id, occurrences }: Series,
  visits: readonly Opened[],
  from: From | undefined,
  now: Instant,
): Cancellation<Opened> {
  const concerned = occurrences.flatMap(({ number }, place) => {
    const opened = visits.find(({ visit }) => visit.appointment.id === occurrences[place]?.appointment);
    return opened && isFrom(from, number, opened.visit.appointment) ? { number, opened } : [];
  });
  const cancelling = concerned.filter(({ opened }) => mayCancel(opened.visit.appointment, now));
  const answered = ({ number, opened }: (typeof concerned)[number]) => {
    const { start, id: appointment } = opened.visit.appointment;
    return { number, start, appointment };
  };
  const isGone = (each: (typeof concerned)[number]) =>
    cancelling.includes(each) || each.opened.visit.appointment.status === "cancelled";
  const left = concerned.filter((each) => !isGone(each));
  return {
    cancelling: cancelling.map(({ opened }) => opened),
    answer: {
      id,
      cancelled: concerned.filter(isGone).map(answered),
      left: left.map((each) => ({ ...answered(each), status: each.opened.visit.appointment.status })),
    },
  };
}

function isFrom(from: From | undefined, number: number, { start }: Appointment): boolean {
  if (from === undefined) return true;
  return typeof from === "number" ? number >= from : toMs(start) >= toMs(from);
}

/** An appointment that somebody has come for is not cancelled with the others. */
function mayCancel({ status, start }: Appointment, now: Instant): boolean {
  return toMs(start) > toMs(now) && ["proposed", "pending", "booked"].includes(status);
}
