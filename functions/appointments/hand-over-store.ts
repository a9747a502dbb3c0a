import { asRead, put, type Write } from "../kernel/commit.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Between } from "../kernel/patient-keys.ts";
import { get } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import { counting } from "../patients/attendance-store.ts";
import { type Claim, changesBetween } from "./changes.ts";
import { claimsOf } from "./claims.ts";
import { changingDay } from "./day-book-store.ts";
import type { Appointment, Visit } from "./model.ts";
import { appointmentAt, rowOf, visitOf } from "./store.ts";

/** An appointment as long as it is the one patient's; undefined where it is not there, or the other's already. */
export async function findTheirs({ from }: Between, id: string): Promise<Visit | undefined> {
  const row = await get(appointmentAt(from.clinic, id));
  return row?.["patient"] === from.patient ? visitOf(from, row) : undefined;
}

/**
 * The writes that make an appointment another patient's: their time instead of the one's, and what it counts as. It stays
 * as it is otherwise, in the same version, and nobody else's day-book changes. Where the other's time is taken: SlotTaken.
 */
export function handingOver(
  { from, to }: Between,
  seen: Visit,
  overlapsPatient: boolean | undefined,
  now: Instant,
): Write[] {
  const { clinic, patient } = from;
  const { id, version } = seen.appointment;
  const appointment = { ...seen.appointment, patient: to.patient as Appointment["patient"] };
  const next: Visit = { ...seen, overlapsPatient, appointment };
  const changed = () => new ReadChanged();
  const changes = changesBetween(ofThing(patient, claimsOf(seen)), ofThing(to.patient, claimsOf(next)));
  const { counts } = seen;
  return [
    put(appointmentAt(clinic, id), { ...rowOf(to, next) }, asRead(version, patient, changed)),
    ...changes.map((change) => changingDay(clinic, change, now)),
    ...(counts
      ? [...counting(clinic, patient, { [counts]: -1 }), ...counting(clinic, to.patient, { [counts]: 1 })]
      : []),
  ];
}

function ofThing(thing: string, claims: readonly Claim[]): Claim[] {
  return claims.filter((claim) => claim.thing === thing);
}
