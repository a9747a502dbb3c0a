import type * as z from "zod/mini";
import { type Instant, toInstant, toMs } from "../kernel/instant.ts";
import { refuse } from "../kernel/problem.ts";
import type { Service } from "../services/model.ts";
import type { appointment, bookingFields, move } from "./routes.ts";
import { mayFollow, type Status } from "./states.ts";

export type Appointment = z.output<typeof appointment>;
export type Move = z.output<typeof move>;
export type BookingFields = z.output<typeof bookingFields>;

/** What is to be booked, once it is known who and what takes part. */
export interface Wish
  extends Pick<Appointment, "patient" | "practitioner" | "service" | "start" | "resources" | "location"> {
  reason?: string | undefined;
  series?: Appointment["series"];
}

/** An appointment with what the clinic remembers of it besides. */
export interface Visit extends Sharing {
  appointment: Appointment;
  /** The service's buffers when it was booked, in minutes: what was taken then is what must be freed. */
  buffers: Buffers;
  /** Whether it takes time in the day-books; a visit recorded afterwards never did. */
  claims: boolean;
  /** Whether staff let it overlap another of the patient's, so that it takes no time of theirs. */
  overlapsPatient?: boolean | undefined;
  /** When its reminder is due. */
  remindAt?: Instant | undefined;
  /** As what it counts among the times that its patient did not come as agreed. */
  counts?: "lateCancellations" | "noShows" | undefined;
}

/** What a service takes of its practitioner, rooms and devices before and after, in minutes. */
export interface Buffers {
  before: number;
  after: number;
}

/** How what is booked is shared with others. */
export interface Sharing {
  /** How many patients it receives together; one unless said. */
  capacity?: number | undefined;
  /** Its place among them. */
  place?: number | undefined;
  /** The day (ms since 1970) on which the service admits so many, and its place among those. */
  daily?: { start: number; end: number; most: number; place: number } | undefined;
}

const minute = 60_000;
const reminderAhead = 24 * 60 * minute;

/** A new appointment for a service, at a time that the rules have found open. */
export function book(
  wish: Wish,
  service: Pick<Service, "durationMinutes" | "bufferBeforeMinutes" | "bufferAfterMinutes">,
  { id, now, ...sharing }: { id: Appointment["id"]; now: Instant } & Sharing,
): Visit {
  const end = endOf(wish.start, service);
  return bookHeld({ ...wish, end }, { buffers: buffersOf(service), ...sharing }, { id, now });
}

/** A new appointment at a time that was held for it. */
export function bookHeld(
  held: Wish & { end: Instant },
  { buffers, capacity, place, daily }: { buffers: Buffers } & Sharing,
  { id, now }: { id: Appointment["id"]; now: Instant },
): Visit {
  const { start, end, patient, practitioner, service, resources, location, reason, series } = held;
  const who = { patient, practitioner, service, resources, location };
  const kept = { sequence: 0, version: 1, createdAt: now, updatedAt: now };
  return {
    appointment: { id, status: "booked", start, end, ...who, reason, series, ...kept },
    buffers,
    capacity,
    place,
    daily,
    claims: true,
    remindAt: reminderFor(start, now),
  };
}

/** When an appointment of a service ends. */
export function endOf(start: Instant, { durationMinutes }: Pick<Service, "durationMinutes">): Instant {
  return toInstant(toMs(start) + durationMinutes * minute);
}

export function buffersOf({
  bufferBeforeMinutes,
  bufferAfterMinutes,
}: Pick<Service, "bufferBeforeMinutes" | "bufferAfterMinutes">): Buffers {
  return { before: bufferBeforeMinutes, after: bufferAfterMinutes };
}

/** A visit that has already happened: fulfilled from the start, claiming nothing. */
export function recordPast(
  told: Omit<Wish, "resources"> & { end: Instant; identifier?: Appointment["identifier"] },
  { id, now }: { id: Appointment["id"]; now: Instant },
): Visit {
  if (toMs(told.end) > toMs(now)) throw refuse("unprocessable", "not-in-the-past", "The visit has not ended yet.");
  const { start, end, ...about } = told;
  const kept = { sequence: 0, version: 1, createdAt: now, updatedAt: now };
  return {
    appointment: { id, status: "fulfilled", start, end, ...about, resources: [], ...kept },
    buffers: { before: 0, after: 0 },
    claims: false,
  };
}

/** The same appointment at another time, perhaps with another practitioner; the patient need not do anything. */
export function reschedule(
  seen: Visit,
  to: Pick<Wish, "start" | "practitioner" | "resources" | "location">,
  service: Service,
  { now, ...sharing }: { now: Instant } & Sharing,
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
    ...sharing,
    claims: true,
    remindAt: reminderFor(to.start, now),
  };
}

function mayMove(status: Status): boolean {
  return status === "booked" || status === "pending" || status === "proposed";
}

/** A visit that has begun cannot be undone; cancelling twice changes nothing. What is cancelled late counts. */
export function cancel(seen: Visit, reason: string | undefined, now: Instant, { isLate = false } = {}): Visit {
  if (seen.appointment.status === "cancelled") return seen;
  const cancellation = { ...(reason ? { reason } : {}), at: now };
  const counts = isLate ? "lateCancellations" : undefined;
  const { appointment: next, ...besides } = moveTo(seen, "cancelled", now);
  return { ...besides, counts, appointment: { ...next, cancellation } };
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
  const counts = to === "noshow" ? ("noShows" as const) : undefined;
  const next = { ...seen, counts, appointment: { ...advanced(appointment, now), status: to } };
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
