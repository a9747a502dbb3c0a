import { type Candidate, type Circumstances, choose, type Terms } from "../appointments/choice.ts";
import { type Day, isFree, listedOn } from "../appointments/day-book.ts";
import { type Appointment, endOf, type Sharing } from "../appointments/model.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { type Conflict, Refusal, refuse } from "../kernel/problem.ts";

/** What decides on a series: what decides on each of its occurrences, with the patient's days for their overlaps. */
export interface Given extends Circumstances {
  patientDays: readonly (Day | undefined)[];
}

/** Which occurrences can be booked, with whom and with what, and what stands against the others. */
export interface Plan {
  /** Undefined where nobody offers the service. */
  practitioner: Candidate | undefined;
  booked: Planned[];
  conflicts: Conflict[];
  /** Rules that were set aside. */
  overrode: string[];
  /** The days that it was made by, of each thing. */
  seen: Map<string, Candidate["days"]>;
}

/** An occurrence that can be booked. */
export interface Planned {
  number: number;
  start: Instant;
  resources: Appointment["resources"];
  location?: Appointment["location"];
  sharing: Sharing;
}

/** The plan with the practitioner who can take the most of the series; of several, the least booked, then by id. */
export function plan(given: Given, starts: readonly Instant[], terms: Omit<Terms, "start">): Plan {
  const plans = given.candidates.map((practitioner) => planWith(practitioner, given, starts, terms));
  const [best] = plans.toSorted(
    (a, b) => a.conflicts.length - b.conflicts.length || a.load - b.load || (a.id < b.id ? -1 : 1),
  );
  const nobody = (start: Instant, place: number) => conflictOf(start, place, starts, "slot-taken");
  return best ?? { practitioner: undefined, booked: [], conflicts: starts.map(nobody), overrode: [], seen: new Map() };
}

function planWith(practitioner: Candidate, given: Given, starts: readonly Instant[], terms: Omit<Terms, "start">) {
  const load = practitioner.days.reduce((sum, day) => sum + (day ? listedOn(day).length : 0), 0);
  const own: Plan = { practitioner, booked: [], conflicts: [], overrode: [], seen: new Map() };
  const overrode = new Set<string>();
  for (const [place, start] of starts.entries()) {
    const found = judged(practitioner, given, { ...terms, start }, own.booked.length);
    if (typeof found === "string") own.conflicts.push(conflictOf(start, place, starts, found));
    else {
      const { resources, location, sharing } = found;
      own.booked.push({ number: place + 1, start, resources, location, sharing });
      for (const [thing, days] of found.seen) own.seen.set(thing, days);
      for (const code of found.overrode) overrode.add(code);
    }
  }
  return { ...own, overrode: [...overrode], load, id: practitioner.id };
}

/** One occurrence by the rules of a single booking, those of the series before it counted; the code of what stands against it. */
function judged(practitioner: Candidate, given: Given, terms: Terms, before: number) {
  const ahead = given.ahead && { ...given.ahead, count: given.ahead.count + before };
  try {
    const choice = choose({ ...given, ahead, candidates: [practitioner] }, terms);
    const visit = { start: toMs(terms.start), end: toMs(endOf(terms.start, given.service)) };
    return isFree(given.patientDays, visit, toMs(terms.now)) ? choice : "slot-taken";
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

function conflictOf(start: Instant, place: number, { length }: readonly Instant[], code: string): Conflict {
  return { occurrence: place + 1, of: length, start, code };
}

/** What stands against a series whenever it is: told as of a single booking. */
const always = ["patient-inactive", "practitioner-inactive", "service-inactive", "service-not-offered"];

/** Refuses a plan that leaves out what it may not, or everything; the refusal names every conflict. */
export function mustHold(plan: Plan, onConflict: "fail" | "skip"): asserts plan is Plan & { practitioner: Candidate } {
  const { booked, conflicts, practitioner } = plan;
  const [first] = conflicts;
  const code = conflicts.find((conflict) => always.includes(conflict.code))?.code;
  if (code) throw refuse("unprocessable", code, "That stands against the series whenever it is.");
  if (!first && practitioner) return;
  if (first && practitioner && onConflict === "skip" && booked.length > 0) return;
  throw refuse("conflict", "series-conflict", { detail: told(conflicts), conflicts });
}

/** How many conflicts are told in words; all of them are listed beside. */
const mostTold = 5;

function told(conflicts: readonly Conflict[]): string {
  const named = conflicts
    .slice(0, mostTold)
    .map(({ occurrence, of, start, code }) => `occurrence ${occurrence} of ${of} at ${start} (${code})`);
  const more = conflicts.length > mostTold ? ` and ${conflicts.length - mostTold} more` : "";
  return `Cannot be booked: ${named.join(", ")}${more}.`;
}
