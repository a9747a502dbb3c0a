import type * as z from "zod/mini";
import type { Caller } from "../kernel/exchange.ts";
import { type Instant, type Interval, toMs } from "../kernel/instant.ts";
import { refuse } from "../kernel/problem.ts";
import type { calendarFeed, feedFields } from "./routes.ts";

export type CalendarFeed = z.output<typeof calendarFeed>;
export type FeedFields = z.output<typeof feedFields>;

/** Whose appointments a feed shows: a patient's or a practitioner's id. */
export function ownerOf({ patient, practitioner }: FeedFields): string {
  const owner = patient ?? practitioner;
  if (!owner) throw new Error("a feed is of a patient or a practitioner");
  return owner;
}

/** For the audit trail: the patient whom a feed is about, where it is one, and the feed. */
export function subjectOf({ id, patient }: CalendarFeed) {
  return { ...(patient ? { patient } : {}), target: id };
}

/** Whether a feed is this caller's to see and revoke: the desk's are all, others' only their own. */
export function isTheirs({ role, person }: Caller, { patient, practitioner }: FeedFields): boolean {
  if (role === "admin" || role === "front-desk") return true;
  return person !== undefined && person === (role === "patient" ? patient : practitioner);
}

/** Refuses (403) patients and practitioners a feed of another's calendar. */
export function mustBeTheirs(caller: Caller, owner: FeedFields): void {
  if (!isTheirs(caller, owner))
    throw refuse("forbidden", "own-calendar-only", "Patients and practitioners make feeds of their own calendar.");
}

const day = 86_400_000;

/** What a feed shows at a moment: enough behind that a late refresh still learns of yesterday, and a year ahead. */
export function shownAt(now: Instant): Interval {
  return { start: toMs(now) - 30 * day, end: toMs(now) + 366 * day };
}
