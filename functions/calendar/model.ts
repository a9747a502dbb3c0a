import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import type { Appointment } from "../appointments/model.ts";

/**
 * An appointment as iCalendar (RFC 5545), in UTC, so that no clock change can move it. It says that there is an
 * appointment at the clinic, and nothing of why: a calendar is seen by more eyes than a record.
 */
export function entryOf(appointment: Appointment, clinic: string): string {
  const { id, start, end, status, sequence, updatedAt } = appointment;
  const isCancelled = status === "cancelled" || status === "entered-in-error";
  const calendar = ical({
    prodId: { company: "Praxis", product: "Appointments", language: "EN" },
    method: isCancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH,
  });
  calendar.createEvent({
    id: `${id}@praxis`,
    start: new Date(start),
    end: new Date(end),
    stamp: new Date(updatedAt),
    summary: `Appointment at ${clinic}`,
    // A cancellation is a change as well: calendars ignore what does not rise (RFC 5546, 2.1.4).
    sequence: sequence + (isCancelled ? 1 : 0),
    status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  });
  return calendar.toString();
}
