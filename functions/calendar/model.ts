import ical, { type ICalCalendar, ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import type { Appointment } from "../appointments/model.ts";

/** What of an appointment goes into a calendar: a calendar is seen by more eyes than a record. */
export type Shown = Pick<Appointment, "id" | "start" | "end" | "status" | "sequence" | "updatedAt">;

const prodId = { company: "Praxis", product: "Appointments", language: "EN" };

/** After how many seconds a subscriber should look again. */
const refresh = 3600;

/**
 * An appointment as iCalendar (RFC 5545), in UTC, so that no clock change can move it. It says that there is an
 * appointment at the clinic, and nothing of why.
 */
export function entryOf(appointment: Shown, clinic: string): string {
  const method = isCancelled(appointment) ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH;
  const calendar = ical({ prodId, method });
  addEvent(calendar, appointment, clinic);
  return calendar.toString();
}

/** Appointments as a calendar to subscribe to. */
export function feedOf(appointments: readonly Shown[], clinic: string): string {
  const calendar = ical({
    prodId,
    method: ICalCalendarMethod.PUBLISH,
    name: `Appointments at ${clinic}`,
    ttl: refresh,
  });
  for (const appointment of appointments) addEvent(calendar, appointment, clinic);
  return calendar.toString();
}

function addEvent(calendar: ICalCalendar, appointment: Shown, clinic: string): void {
  const { id, start, end, sequence, updatedAt } = appointment;
  calendar.createEvent({
    id: `${id}@praxis`,
    start: new Date(start),
    end: new Date(end),
    stamp: new Date(updatedAt),
    summary: `Appointment at ${clinic}`,
    // A cancellation is a change as well: calendars ignore what does not rise (RFC 5546, 2.1.4).
    sequence: sequence + (isCancelled(appointment) ? 1 : 0),
    status: isCancelled(appointment) ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  });
}

function isCancelled({ status }: Shown): boolean {
  return status === "cancelled" || status === "entered-in-error";
}
