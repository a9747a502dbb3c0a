import { type Instant, type Interval, toMs } from "../kernel/instant.ts";
import { type Keyring, type PatientKey, patientKey, patientKeyAt } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { getAll, type Item } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { policyAt, policyOf } from "../policy/store.ts";
import { practitionerAt } from "../practitioners/store.ts";
import { candidatesFor } from "../resources/model.ts";
import { findAllResources } from "../resources/store.ts";
import { scheduleAt, scheduleOf } from "../schedules/store.ts";
import type { Service } from "../services/model.ts";
import { serviceAt, serviceOf } from "../services/store.ts";
import type { Candidate, Circumstances, Thing } from "./choice.ts";
import { type Day, dayOf, daysOf, listedOn } from "./day-book.ts";
import { dayAt, findDays } from "./day-book-store.ts";

/** What is asked for: a service at a time, of one practitioner or of any, for a patient or nobody in particular yet. */
export interface Asked {
  service: string;
  start: Instant;
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
  const dates = daysOf({ start: toMs(start) - reach.before, end: toMs(start) + reach.after });
  const ofPatient = patient ? [patientAt(clinic, patient), patientKeyAt(clinic, patient)] : [];
  const named = practitioner ? candidateKeys(clinic, practitioner, dates) : [];
  const rows = await getAll([serviceAt(clinic, serviceId), policyAt(clinic), ...ofPatient, ...named]);
  const [serviceRow, policyRow, ...others] = rows;
  const [patientRow, keyRow] = others;
  const key = patient ? patientKey(keyring, patient, keyRow) : undefined;
  if (!serviceRow || (patient && !(patientRow && key))) throw missing();
  const service = serviceOf(serviceRow);
  const policy = policyOf(policyRow);
  const limit = service.policy?.maxUpcomingPerPatient ?? policy.maxUpcomingPerPatient;
  const [candidates, things, upcoming] = await Promise.all([
    practitioner
      ? [candidateOf(practitioner, others.slice(ofPatient.length))]
      : findCandidates(clinic, service.practitioners, dates),
    findThings(clinic, service, dates),
    patient && limit ? countUpcoming(clinic, patient, now) : undefined,
  ]);
  const patientIsActive = !patient || patientRow?.["active"] === true;
  return {
    key,
    service,
    policy,
    patientIsActive,
    upcoming,
    candidates,
    things,
  };
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
  const wanted = requires.map((requirement) => candidatesFor(resources, requirement).map(({ id }) => id));
  const ids = [...new Set(wanted.flat())];
  const rows = await getAll(ids.flatMap((id) => dates.map((date) => dayAt(clinic, id, date))));
  const daysOfThing = (id: Thing["id"]) =>
    rows.slice(ids.indexOf(id) * dates.length, (ids.indexOf(id) + 1) * dates.length);
  return wanted.map((each) => each.map((id) => ({ id, days: daysOfThing(id) as (Day | undefined)[] })));
}

/** How many appointments a patient has before them. */
async function countUpcoming(clinic: string, patient: string, now: Instant): Promise<number> {
  const isAhead = ({ start }: Interval) => start > toMs(now);
  let count = 0;
  for await (const day of findDays(clinic, patient, dayOf(toMs(now)), "9999-12-31")) {
    count += listedOn(day).filter(isAhead).length;
  }
  return count;
}
