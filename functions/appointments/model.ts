import type * as z from "zod/mini";
import { type Instant, toInstant, toMs } from "../kernel/instant.ts";
import { refuse } from "../kernel/problem.ts";
import type { Service } from "../services/model.ts";
import type { Claim } from "./day-book.ts";
import type { appointment, bookingFields, status } from "./routes.ts";

export type Appointment = z.output<typeof appointment>;
export type Status = z.output<typeof status>;
export type BookingFields = z.output<typeof bookingFields>;

/** An appointment with what the clinic remembers of it besides. */
export interface Visit {
  appointment: Appointment;
  /** The service's buffers when it was booked, in minutes: what was taken then is what must be freed. */
  buffers: { before: number; after: number };
  /** Whether it takes time in the day-books; a visit recorded afterwards never did. */
  claims: boolean;
  /** When its reminder is due. */
  remindAt?: Instant | undefined;
}

const minute = 60_000;
const reminderAhead = 24 * 60 * minute;

/** A new appointment for a service, at a time that the rules have found open. */
export function book(
  wish: BookingFields,
  service: Service,
  { id, now }: { id: Appointment["id"]; now: Instant },
): Visit {
  const { start, ...about } = wish;
  const kept = { sequence: 0, version: 1, createdAt: now, updatedAt: now };
  return {
    appointment: { id, status: "booked", start, end: endOf(start, service), ...about, ...kept },
    buffers: buffersOf(service),
    claims: true,
    remindAt: reminderFor(wish.start, now),
  };
}

function endOf(start: Instant, { durationMinutes }: Service): Instant {
  return toInstant(toMs(start) + durationMinutes * minute);
}

function buffersOf({ bufferBeforeMinutes, bufferAfterMinutes }: Service): Visit["buffers"] {
  return { before: bufferBeforeMinutes, after: bufferAfterMinutes };
}

/** A visit that has already happened: fulfilled from the start, claiming nothing. */
export function recordPast(
  told: BookingFields & { end: Instant; identifier?: Appointment["identifier"] },
  { id, now }: { id: Appointment["id"]; now: Instant },
): Visit {
  if (toMs(told.end) > toMs(now)) throw refuse("unprocessable", "not-in-the-past", "The visit has not ended yet.");
  const { start, end, ...about } = told;
  const kept = { sequence: 0, version: 1, createdAt: now, updatedAt: now };
  return {
    appointment: { id, status: "fulfilled", start, end, ...about, ...kept },
    buffers: { before: 0, after: 0 },
    claims: false,
  };
}

/** The same appointment at another time, perhaps with another practitioner; the patient need not do anything. */
export function reschedule(
  seen: Visit,
  to: { start: Instant; practitioner: Appointment["practitioner"] },
  service: Service,
  now: Instant,
): Visit {
  const { appointment } = seen;
  if (!mayMove(appointment.status)) throw illegal(appointment.status, "booked");
  return {
    appointment: {
      ...advanced(appointment, now),
      ...to,
      end: endOf(to.start, service),
      sequence: appointment.sequence + 1,
    },
    buffers: buffersOf(service),
    claims: true,
    remindAt: reminderFor(to.start, now),
  };
}

function mayMove(status: Status): boolean {
  return status === "booked" || status === "pending" || status === "proposed";
}

/** A visit that has begun cannot be undone; cancelling twice changes nothing. */
export function cancel(seen: Visit, reason: string | undefined, now: Instant): Visit {
  const { appointment } = seen;
  if (appointment.status === "cancelled") return seen;
  const next = moveTo(seen, "cancelled", now);
  return { ...next, appointment: { ...next.appointment, cancellation: { ...(reason ? { reason } : {}), at: now } } };
}

/** Which states may follow which: FHIR R4's codes, our rule. Nothing leaves an end but by an admin's correction. */
const follows: Record<Status, readonly Status[]> = {
  proposed: ["pending", "booked", "cancelled"],
  pending: ["booked", "cancelled"],
  booked: ["arrived", "checked-in", "cancelled", "noshow"],
  arrived: ["checked-in", "cancelled", "noshow"],
  "checked-in": ["fulfilled", "cancelled"],
  waitlist: ["proposed", "booked", "cancelled"],
  fulfilled: [],
  cancelled: [],
  noshow: [],
  "entered-in-error": [],
};

export function mayFollow(from: Status, to: Status): boolean {
  return follows[from].includes(to);
}

/** The appointment in its next state. `asAdmin` may declare anything entered in error. */
export function moveTo(seen: Visit, to: Status, now: Instant, { asAdmin = false } = {}): Visit {
  const { appointment } = seen;
  if (appointment.status === to) return seen;
  const isCorrection = asAdmin && to === "entered-in-error";
  if (!isCorrection && !mayFollow(appointment.status, to)) throw illegal(appointment.status, to);
  if (to === "noshow" && toMs(now) < toMs(appointment.start)) {
    throw refuse("unprocessable", "too-early", "Nobody has failed to come before the appointment has begun.");
  }
  const next = { ...seen, appointment: { ...advanced(appointment, now), status: to } };
  return freesTime(to) ? { ...next, claims: false, remindAt: undefined } : next;
}

function freesTime(status: Status): boolean {
  return status === "cancelled" || status === "entered-in-error";
}

function advanced(appointment: Appointment, now: Instant): Appointment {
  return { ...appointment, version: appointment.version + 1, updatedAt: now };
}

function illegal(from: Status, to: Status) {
  return refuse("conflict", "illegal-transition", {
    detail: `An appointment that is ${from} cannot become ${to}.`,
    from,
    to,
  });
}

/** A day before the start, where that is still to come. */
function reminderFor(start: Instant, now: Instant): Instant | undefined {
  const due = toMs(start) - reminderAhead;
  return due > toMs(now) ? toInstant(due) : undefined;
}

/** What a visit writes into the day-books: the practitioner's with the buffers, the patient's without. */
export function claimsOf({ appointment, buffers, claims }: Visit): Claim[] {
  const start = toMs(appointment.start);
  const end = toMs(appointment.end);
  const lists = { id: appointment.id, start, end };
  const withBuffers = { start: start - buffers.before * minute, end: end + buffers.after * minute };
  return [
    { thing: appointment.practitioner, takes: claims ? withBuffers : undefined, lists },
    { thing: appointment.patient, takes: claims ? { start, end } : undefined, lists },
  ];
}
