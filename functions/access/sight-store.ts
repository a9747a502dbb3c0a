import { metOn } from "../appointments/day-book.ts";
import { findDays } from "../appointments/day-book-store.ts";
import type { Caller } from "../kernel/exchange.ts";
import { type Instant, toInstant, toMs } from "../kernel/instant.ts";
import { missing } from "../kernel/problem.ts";
import type { Route } from "../kernel/route.ts";
import { getAll, type Item } from "../kernel/table.ts";
import { policyAt, policyOf } from "../policy/store.ts";
import { actionOf, type Relation, sufficing } from "./rules.ts";
import { glassAt, type Label, relationAt } from "./store.ts";

/** How far a caller sees into a patient's data. */
export interface Sight {
  user: string;
  relation: Relation;
  /** The labels whose entries they see. */
  labels: readonly Label[] | "all";
  /** The break-glass grant that opened it. */
  grant?: string;
}

type Stands = Omit<Sight, "user">;

/** What is asked: by which route, by whom, when. */
type Asks = Pick<Route, "method" | "action" | "shows">;
interface Asking {
  caller: Caller;
  now: Instant;
}

/**
 * Lets only those on who may see a patient, or change what the route changes; for anybody else the patient does not exist
 * (404). Under a break-glass grant, all that the request leaves in the audit trail is marked with it.
 */
export async function mustSee(route: Asks, asking: Asking, patient: string): Promise<Sight> {
  const [sight] = await sightsOf(route, asking, [patient]);
  if (!sight) throw missing();
  return sight;
}

/** Those of some patients whom the caller may see. */
export async function seenOf<Of extends { id: string }>(
  route: Asks,
  asking: Asking,
  patients: readonly Of[],
): Promise<Of[]> {
  const ids = patients.map(({ id }) => id);
  const sights = await sightsOf(route, asking, ids);
  return patients.filter((_, n) => sights[n]);
}

async function sightsOf(route: Asks, { caller, now }: Asking, patients: readonly string[]) {
  const enough = sufficing(caller.role, route.shows, actionOf(route));
  // A user who is nobody in the clinic's books stands in no relation to anybody.
  if (!enough.includes("same-clinic") && !caller.person) return patients.map(() => undefined);
  const found: (Stands | undefined)[] = enough.includes("same-clinic")
    ? patients.map(() => ({ relation: "same-clinic", labels: [] }))
    : await relationsOf(caller, patients, now);
  const { user } = caller;
  const intoLabelled = sufficing(caller.role, ["sensitive"], actionOf(route));
  const sights = found.map((stands) => {
    if (!stands || !enough.includes(stands.relation)) return undefined;
    return { ...stands, user, ...(intoLabelled.includes(stands.relation) ? {} : { labels: [] }) };
  });
  const grant = sights.find((sight) => sight?.grant)?.grant;
  if (grant) caller.breakGlass = grant;
  return sights;
}

/** How a patient or a practitioner stands to some patients: one batch read, and for a practitioner a range read each. */
async function relationsOf({ clinic, role, person = "" }: Caller, patients: readonly string[], now: Instant) {
  const keys = patients.flatMap((patient) => [relationAt(clinic, patient, person), glassAt(clinic, patient, person)]);
  const isOwn = role === "patient" && patients.every((patient) => patient === person);
  const [policy, ...rows] = isOwn ? [] : await getAll([policyAt(clinic), ...keys]);
  const { careTeamDays = 90 } = policyOf(policy);
  const sightOf = async (patient: string, granted?: Relating, glass?: Relating): Promise<Stands | undefined> => {
    if (role === "patient") return patient === person ? { relation: "self", labels: "all" } : proxied(granted, now);
    // What was opened in an emergency is marked, also where somebody treats the patient: it shows more.
    if (isNow(glass, now)) return { relation: "break-glass", labels: "all", grant: glass?.grant as string };
    if (isNow(granted, now)) return { relation: "care-team", labels: granted?.labels ?? [] };
    return (await hasMet(clinic, patient, person, now, careTeamDays))
      ? { relation: "care-team", labels: [] }
      : undefined;
  };
  return Promise.all(patients.map((patient, n) => sightOf(patient, rows[2 * n], rows[2 * n + 1])));
}

interface Relating extends Partial<Item> {
  from?: Instant;
  until?: Instant;
  labels?: Label[];
  grant?: string;
}

function proxied(granted: Relating | undefined, now: Instant): Stands | undefined {
  return isNow(granted, now) ? { relation: "proxy", labels: granted?.labels ?? [] } : undefined;
}

function isNow(granted: Relating | undefined, now: Instant): boolean {
  if (!granted) return false;
  const { from, until } = granted;
  return (!from || toMs(from) <= toMs(now)) && (!until || toMs(now) < toMs(until));
}

/** Whether a practitioner has an appointment with a patient within so many days: one range read of the patient's day-book. */
async function hasMet(clinic: string, patient: string, practitioner: string, now: Instant, days: number) {
  const around = { start: toMs(now) - days * dayMs, end: toMs(now) + days * dayMs };
  const on = (ms: number) => toInstant(ms).slice(0, 10);
  for await (const day of findDays(clinic, patient, on(around.start - dayMs), on(around.end))) {
    const met = metOn(day).some(
      (each) => each.practitioner === practitioner && each.end >= around.start && each.start <= around.end,
    );
    if (met) return true;
  }
  return false;
}

const dayMs = 86_400_000;
