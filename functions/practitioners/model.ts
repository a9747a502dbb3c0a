import type * as z from "zod/mini";
import type { Instant } from "../kernel/instant.ts";
import type { practitioner, practitionerFields, schedule, scheduleFields, timeOff } from "./routes.ts";

export type PractitionerFields = z.output<typeof practitionerFields>;
export type Practitioner = z.output<typeof practitioner>;
export type Schedule = z.output<typeof schedule>;
export type ScheduleFields = z.output<typeof scheduleFields>;
export type TimeOff = z.output<typeof timeOff>;

/** A new practitioner; one is active unless said otherwise. */
export function add(fields: PractitionerFields, { id, now }: { id: Practitioner["id"]; now: Instant }): Practitioner {
  return { id, active: true, ...fields, version: 1, createdAt: now, updatedAt: now };
}

/** The practitioner with other fields, one version on. */
export function change(
  { id, version, createdAt }: Practitioner,
  fields: PractitionerFields,
  now: Instant,
): Practitioner {
  return { id, active: true, ...fields, version: version + 1, createdAt, updatedAt: now };
}

/** What of a practitioner may be written. */
export function fieldsOf({ id, version, createdAt, updatedAt, ...fields }: Practitioner): PractitionerFields {
  return fields;
}

/** The schedule every practitioner begins with: never open, in the clinic's zone. */
export function emptySchedule(practitioner: Practitioner["id"], zone: string, now: Instant): Schedule {
  return { practitioner, zone, windows: [], exceptions: [], version: 1, updatedAt: now };
}

/** The schedule with other hours, one version on. */
export function reschedule(seen: Schedule, fields: ScheduleFields, now: Instant): Schedule {
  return { practitioner: seen.practitioner, exceptions: [], ...fields, version: seen.version + 1, updatedAt: now };
}
