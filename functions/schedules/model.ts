import type * as z from "zod/mini";
import type { Instant } from "../kernel/instant.ts";
import type { schedule, scheduleChange, scheduleFields, timeOff } from "./routes.ts";

export type Schedule = z.output<typeof schedule>;
export type ScheduleFields = z.output<typeof scheduleFields>;
export type TimeOff = z.output<typeof timeOff>;

/** The upcoming appointments that a change leaves outside; `more` where there are more than are told. */
export type Outside = Pick<z.output<typeof scheduleChange>, "outside" | "more">;

/** The schedule every practitioner begins with: never open, in the clinic's zone. */
export function emptySchedule(practitioner: Schedule["practitioner"], zone: string, now: Instant): Schedule {
  return { practitioner, zone, windows: [], exceptions: [], version: 1, updatedAt: now };
}

/** The schedule with other hours, one version on. */
export function reschedule(seen: Schedule, fields: ScheduleFields, now: Instant): Schedule {
  return { practitioner: seen.practitioner, exceptions: [], ...fields, version: seen.version + 1, updatedAt: now };
}

/** The locations that a schedule's windows name, each with the field that names it. */
export function locationsIn({ windows, exceptions = [] }: ScheduleFields): { path: string; location: string }[] {
  const of = (path: string, all: readonly { location?: string | undefined }[]) =>
    all.flatMap(({ location }, place) => (location ? { path: `${path}.${place}.location`, location } : []));
  const exceptional = exceptions.flatMap((exception, place) =>
    "windows" in exception ? of(`exceptions.${place}.windows`, exception.windows) : [],
  );
  return [...of("windows", windows), ...exceptional];
}

/** For the audit trail: whose appointments an answer tells of, and that nothing was changed where nothing was. */
export function subjectsOf({ outside }: Outside, { dryRun }: { dryRun?: string }) {
  const told = outside.map(({ patient, appointment }) => ({ patient, target: appointment }));
  return dryRun === "true" ? [{ target: "dry-run" }, ...told] : told;
}
