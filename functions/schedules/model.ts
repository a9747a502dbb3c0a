import type * as z from "zod/mini";
import type { Instant } from "../kernel/instant.ts";
import type { schedule, scheduleFields, timeOff } from "./routes.ts";

export type Schedule = z.output<typeof schedule>;
export type ScheduleFields = z.output<typeof scheduleFields>;
export type TimeOff = z.output<typeof timeOff>;

/** The schedule every practitioner begins with: never open, in the clinic's zone. */
export function emptySchedule(practitioner: Schedule["practitioner"], zone: string, now: Instant): Schedule {
  return { practitioner, zone, windows: [], exceptions: [], version: 1, updatedAt: now };
}

/** The schedule with other hours, one version on. */
export function reschedule(seen: Schedule, fields: ScheduleFields, now: Instant): Schedule {
  return { practitioner: seen.practitioner, exceptions: [], ...fields, version: seen.version + 1, updatedAt: now };
}
