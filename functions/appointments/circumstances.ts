import { type Instant, toMs } from "../kernel/instant.ts";
import type { Keyring } from "../kernel/keyring.ts";
import { type PatientKey, patientKey, patientKeyAt } from "../kernel/patient-keys.ts";
import { missing } from "../kernel/problem.ts";
import { getAll, type Item } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { rulesFor } from "../policy/model.ts";
import { policyAt, policyOf } from "../policy/store.ts";
import { practitionerAt } from "../practitioners/store.ts";
import { candidatesFor } from "../resources/model.ts";
import { findAllResources } from "../resources/store.ts";
import { scheduleAt, scheduleOf } from "../schedules/store.ts";
import type { Service } from "../services/model.ts";
import { serviceAt, serviceOf } from "../services/store.ts";
import type { Candidate, Circumstances, Thing } from "./choice.ts";
import { type Day, dayOf, daysOf, listedOn } from "./day-book.ts";
import { aheadAt, dayAt, findDays } from "./day-book-store.ts";
import { findOutlines } from "./store.ts";

/** What is asked for: a service at a time, of one practitioner or of any, for a patient or nobody in particular yet. */
export interface Asked {
  service: string;
  /** One time, or several of which each is judged by what is read for all. */
  start: Instant | readonly Instant[];
  practitioner?: string | undefined;
  patient?: string | undefined;
}

/** The longest that an appointment may reach from its start: two hours of buffer before, 7.5 h with the one after. */
const reach = { before: 120 * 60_000, after: 450 * 60_000 };

/**
 * All that decides on a booking, and the patient's key: one batch read when the practitioner is named and nothing else is
 * needed, one more round for other candidates, rooms and devices. What is not in the clinic does not exist: 404.
 */
export async function circumstancesOf(
  keyring: Keyring,
  { service: serviceId, start, practitioner, patient }: Asked,
  now: Instant,
): Promise<Circumstances & { key: PatientKey | undefined }> {
  const { clinic } = keyring;
  const starts = [start].flat();
  const dates = datesAround(starts);
  const ofPatient = patient ? patientKeys(clinic, patient) : [];
  const named = practitioner ? candidateKeys(clinic, practitioner, dates) : [];
  const rows = await getAll([serviceAt(clinic, serviceId), policyAt(clinic), ...ofPatient, ...named]);
  const [serviceRow, policyRow, ...others] = rows;
  if (!serviceRow) throw missing();
  const service = serviceOf(serviceRow);
  const policy = policyOf(policyRow);
  const known = patient ? patientOf(keyring, patient, others) : undefined;
  const rules = rulesFor(policy, service);
  const [candidates, things, ahead, daily] = await Promise.all([
    practitioner
      ? [candidateOf(practitioner, others.slice(ofPatient.length))]
      : findCandidates(clinic, service.practitioners, dates),
    findThings(clinic, service, dates),
    patient && rules.maxUpcomingPerPatient ? countAhead(clinic, patient, now) : undefined,
    rules.maxPerDay ? findDaily(clinic, service, rules.maxPerDay, starts) : undefined,
  ]);
  return {
    key: known?.key,
    service,
    policy,
    patientIsActive: known?.isActive ?? true,
    ahead: ahead === undefined ? undefined : { count: ahead, seen: known?.seen },
    daily,
    candidates,
    things,
  };
}

/** The UTC days that appointments starting then may touch, each once. */
export function datesAround(starts: readonly Instant[], { before, after } = reach): string[] {
  const dates = starts.flatMap((start) => daysOf({ start: toMs(start) - before, end: toMs(start) + after }));
  return [...new Set(dates)];
}

/** A service's own day-book around the starts, wherever on earth the local day may lie. */
async function findDaily(
  clinic: string,
  { id }: Service,
  most: number,
  starts: readonly Instant[],
): Promise<Circumstances["daily"]> {
  const dates = datesAround(starts, { before: widestDay, after: widestDay });
  const days = (await getAll(dates.map((date) => dayAt(clinic, id, date)))) as (Day | undefined)[];
  return { id, days, most };
}

/** No local day reaches further from an instant in it: 24 h, and one clock change. */
const widestDay = 26 * 3_600_000;

function patientKeys(clinic: string, patient: string) {
  return [patientAt(clinic, patient), patientKeyAt(clinic, patient), aheadAt(clinic, patient)];
}

/** A patient from the rows of `patientKeys`; one who is not there is 404. */
function patientOf(keyring: Keyring, patient: string, [row, keyRow, aheadRow]: (Item | undefined)[]) {
  const key = patientKey(keyring, patient, keyRow);
  if (!row || !key) throw missing();
  return { key, isActive: row["active"] === true, seen: aheadRow?.["n"] as number | undefined };
}

function candidateKeys(clinic: string, practitioner: string, dates: readonly string[]) {
  return [
    practitionerAt(clinic, practitioner),
    scheduleAt(clinic, practitioner),
    ...dates.map((date) => dayAt(clinic, practitioner, date)),
  ];
}

/** A practitioner from the rows of `candidateKeys`; one who is named and not there is 404. */
function candidateOf(practitioner: string, [row, schedule, ...days]: (Item | undefined)[]): Candidate {
  if (!row || !schedule) throw missing();
  const isActive = row["active"] === true;
  return {
    id: practitioner as Candidate["id"],
    isActive,
    schedule: scheduleOf(schedule),
    days,
  };
}

async function findCandidates(
  clinic: string,
  practitioners: readonly string[],
  dates: readonly string[],
): Promise<Candidate[]> {
  const keys = practitioners.map((practitioner) => candidateKeys(clinic, practitioner, dates));
  const rows = await getAll(keys.flat());
  const width = dates.length + 2;
  return practitioners.map((practitioner, n) => candidateOf(practitioner, rows.slice(n * width, n * width + width)));
}

/** For each thing that the service requires, the clinic's rooms or devices that would do, with their days. */
async function findThings(clinic: string, { requires = [] }: Service, dates: readonly string[]): Promise<Thing[][]> {
  if (requires.length === 0) return [];
  const resources = await findAllResources(clinic);
  const wanted = requires.map((requirement) => candidatesFor(resources, requirement));
  const ids = [...new Set(wanted.flat().map(({ id }) => id))];
  const rows = await getAll(ids.flatMap((id) => dates.map((date) => dayAt(clinic, id, date))));
  const daysOfThing = (id: Thing["id"]) =>
    rows.slice(ids.indexOf(id) * dates.length, (ids.indexOf(id) + 1) * dates.length);
  return wanted.map((each) =>
    each.map(({ id, location }) => ({ id, location, days: daysOfThing(id) as (Day | undefined)[] })),
  );
}

/** How many appointments a patient has before them; what was cancelled no longer counts. */
async function countAhead(clinic: string, patient: string, now: Instant): Promise<number> {
  const ids: string[] = [];
  for await (const day of findDays(clinic, patient, dayOf(toMs(now)), "9999-12-31")) {
    ids.push(...listedOn(day).flatMap(({ id, start }) => (start > toMs(now) ? id : [])));
  }
  return (await findOutlines(clinic, ids)).size;
}
