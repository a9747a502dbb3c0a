import { absent, asRead, put, remove, type Write } from "../kernel/commit.ts";
import type { Caller } from "../kernel/exchange.ts";
import { type Identifier, identifying } from "../kernel/identifier.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Keyring } from "../kernel/keyring.ts";
import { happened } from "../kernel/outbox.ts";
import { findPatientKey, findPatientKeys, openOf, type PatientKey, sealOf } from "../kernel/patient-keys.ts";
import { stale } from "../kernel/precondition.ts";
import { get, getAll, type Item, keyOf } from "../kernel/table.ts";
import { counting } from "../patients/attendance-store.ts";
import { countsBetween } from "./attendance.ts";
import { type Claim, changesBetween } from "./changes.ts";
import { claimsOf } from "./claims.ts";
import { changingDay, type Seen } from "./day-book-store.ts";
import type { Appointment, Visit } from "./model.ts";
import { noting } from "./moves-store.ts";

export const appointmentAt = (clinic: string, appointment: string) =>
  keyOf("appointment", [clinic, appointment], "APPOINTMENT");

/** What of an appointment only its patient's key opens. */
interface Sealed {
  reason?: string | undefined;
  cancellationReason?: string | undefined;
  identifier?: Identifier | undefined;
}

/** An appointment as it lies in the table: what conditions and lists need is plain, the rest is sealed. */
interface Row extends Omit<Appointment, keyof Sealed | "cancellation">, Omit<Visit, "appointment"> {
  cancelledAt?: Instant | undefined;
  sealed: Uint8Array;
}

/** An appointment with the key of its patient. */
export interface OpenedVisit {
  visit: Visit;
  key: PatientKey;
}

export async function findVisit(keyring: Keyring, id: string): Promise<OpenedVisit | undefined> {
  const item = await get(appointmentAt(keyring.clinic, id));
  if (!item) return undefined;
  const patient = item["patient"] as string;
  const key = await findPatientKey(keyring, patient);
  return key && { visit: visitOf(key, item), key };
}

/** Up to 100 appointments, in the order of the ids; those whose patient is gone are left out. */
export async function findAppointments(keyring: Keyring, ids: readonly string[]): Promise<Appointment[]> {
  const items = (await getAll(ids.map((id) => appointmentAt(keyring.clinic, id)))).filter((item) => item !== undefined);
  const keys = await findPatientKeys(
    keyring,
    items.map((item) => item["patient"] as string),
  );
  return items.flatMap((item) => {
    const key = keys.get(item["patient"] as string);
    return key ? visitOf(key, item).appointment : [];
  });
}

/** What of an appointment is plain, for an agenda: no key is needed, and nothing sealed is opened. */
export type Outline = Pick<
  Appointment,
  "id" | "start" | "end" | "status" | "patient" | "service" | "resources" | "location"
>;

/** The outlines of those appointments that take their time, by id. */
export async function findOutlines(clinic: string, ids: readonly string[]): Promise<Map<string, Outline>> {
  const rows = (await getAll(ids.map((id) => appointmentAt(clinic, id)))) as (Row | undefined)[];
  const active = rows
    .filter((row) => row !== undefined)
    .filter(({ status }) => status !== "cancelled" && status !== "entered-in-error");
  return new Map(
    active.map(({ id, start, end, status, patient, service, resources, location }) => [
      id,
      { id, start, end, status, patient, service, resources, location },
    ]),
  );
}

/** An appointment from its row. */
export function visitOf(key: PatientKey, item: Item): Visit {
  const row = item as unknown as Row;
  const { reason, cancellationReason, identifier } = openOf<Sealed>(
    key,
    "appointment",
    row.id,
    row.version,
    row.sealed,
  );
  const cancellation = row.cancelledAt ? { reason: cancellationReason, at: row.cancelledAt } : undefined;
  const { id, status, start, end, patient, practitioner, service, resources, location, series, ...rest } = row;
  const { sequence, version, createdAt, updatedAt, ...besides } = rest;
  const { buffers, capacity, place, daily, claims, overlapsPatient, remindAt, counts } = besides;
  const who = { patient, practitioner, service, resources, location };
  const kept = { sequence, version, createdAt, updatedAt };
  return {
    appointment: { id, status, start, end, ...who, reason, series, cancellation, identifier, ...kept },
    buffers,
    capacity,
    place,
    daily,
    claims,
    overlapsPatient,
    remindAt,
    counts,
  };
}

export function rowOf(key: PatientKey, { appointment, ...besides }: Visit): Row {
  const { reason, cancellation, identifier, ...plain } = appointment;
  const sealed = { reason, cancellationReason: cancellation?.reason, identifier } satisfies Sealed;
  const blob = sealOf(key, "appointment", plain.id, plain.version, sealed);
  return { ...plain, ...besides, cancelledAt: cancellation?.at, sealed: blob };
}

/** The writes that make an appointment, of a hold's claims where it had one: its time, its row, its reminder, its event. */
export function booking(
  keyring: Keyring,
  { visit, key }: OpenedVisit,
  by: Caller,
  { seen, held = [], why }: { seen?: Seen | undefined; held?: readonly Claim[]; why?: string | undefined } = {},
): Write[] {
  const { clinic } = keyring;
  const { appointment } = visit;
  const now = appointment.createdAt;
  const isNew = absent(() => new Error("there is an appointment of that id"));
  return [
    ...claiming(clinic, held, visit, now, seen),
    put(appointmentAt(clinic, appointment.id), { ...rowOf(key, visit) }, isNew),
    noting(clinic, key, appointment, by, why),
    ...identifying(keyring, "appointment", appointment.id, appointment.identifier),
    ...reminding(clinic, undefined, visit),
    happened(clinic, "appointment.booked", { appointment: appointment.id, version: 1 }, now),
  ];
}

/** The writes that bring an appointment from one version to the next. `days` are those seen when it takes new time. */
export function changing(
  clinic: string,
  { visit: seen, key }: OpenedVisit,
  next: Visit,
  by: Caller,
  { days, why }: { days?: Seen; why?: string | undefined } = {},
): Write[] {
  const { id, version, status, patient, updatedAt } = next.appointment;
  const type = next.appointment.sequence > seen.appointment.sequence ? "rescheduled" : status;
  return [
    put(appointmentAt(clinic, id), { ...rowOf(key, next) }, asRead(seen.appointment.version, patient, stale)),
    ...claiming(clinic, claimsOf(seen), next, updatedAt, days),
    noting(clinic, key, next.appointment, by, why),
    ...reminding(clinic, seen, next),
    ...counting(clinic, patient, countsBetween(seen, next)),
    happened(clinic, `appointment.${type}`, { appointment: id, version }, updatedAt),
  ];
}

function claiming(clinic: string, before: readonly Claim[], next: Visit, now: Instant, seen?: Seen): Write[] {
  return changesBetween(before, claimsOf(next)).map((change) => changingDay(clinic, change, now, seen));
}

/** The due-item of a visit's reminder, where it has one: bucketed by minute, dropped a week later. */
function reminding(clinic: string, seen: Visit | undefined, next: Visit): Write[] {
  if (seen?.remindAt === next.remindAt) return [];
  const { id } = next.appointment;
  const at = (due: Instant) => keyOf("due", [due.slice(0, 16)], `${clinic}#${id}`);
  return [
    ...(seen?.remindAt ? [remove(at(seen.remindAt))] : []),
    ...(next.remindAt
      ? [put(at(next.remindAt), { clinic, appointment: id, due: next.remindAt, expires: expiryOf(next.remindAt) })]
      : []),
  ];
}

function expiryOf(due: Instant): number {
  return Math.ceil(Date.parse(due) / 1000) + 7 * 86_400;
}
