import type { Day } from "../appointments/day-book.ts";
import { dayAt } from "../appointments/day-book-store.ts";
import { appointmentAt, type OpenedVisit, visitOf } from "../appointments/store.ts";
import { absent, put, update, type Write } from "../kernel/commit.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Keyring } from "../kernel/keyring.ts";
import { happened } from "../kernel/outbox.ts";
import { type Between, findPatientKey, openOf, type PatientKey, resealed, sealOf } from "../kernel/patient-keys.ts";
import { get, getAll, keyOf } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import type { KeptSeries, Series } from "./model.ts";

const seriesAt = (clinic: string, id: string) => keyOf("series", [clinic, id], "SERIES");

/** A series as it lies in the table: what its patient said of it is sealed. */
interface Row extends Omit<Series, "reason">, Omit<KeptSeries, "series"> {
  sealed: Uint8Array;
}

/** A series with the key of its patient. */
export interface OpenedSeries {
  kept: KeptSeries;
  key: PatientKey;
}

export async function findSeries(keyring: Keyring, id: string): Promise<OpenedSeries | undefined> {
  const { clinic } = keyring;
  const row = (await get(seriesAt(clinic, id))) as Row | undefined;
  const key = row && (await findPatientKey(keyring, row.patient));
  return key && { kept: seriesOf(key, row), key };
}

function seriesOf(key: PatientKey, row: Row): KeptSeries {
  const { id, patient, practitioner, service, rule, timeZone, occurrences, createdAt } = row;
  const { status, taken, durationMinutes, buffers, expiresAt, by, sealed } = row;
  const { reason } = openOf<Pick<Series, "reason">>(key, "series", id, 1, sealed);
  return {
    series: { id, patient, practitioner, service, rule, timeZone, reason, occurrences, createdAt },
    status,
    taken,
    durationMinutes,
    buffers,
    expiresAt,
    by,
  };
}

/** The writes that keep a new series; its event belongs to it once it is complete. */
export function keepingSeries(key: PatientKey, { series, ...kept }: KeptSeries): Write[] {
  const { reason, ...plain } = series;
  const sealed = sealOf(key, "series", series.id, 1, { reason });
  const isNew = absent(() => new Error("there is a series of that id"));
  const about = kept.status === "booked" ? [told(key.clinic, series, series.createdAt)] : [];
  return [put(seriesAt(key.clinic, series.id), { ...plain, ...kept, sealed }, isNew), ...about];
}

/** Thrown when somebody else has completed the series meanwhile. */
export class CompletedMeanwhile extends Error {
  override name = "CompletedMeanwhile";
}

/** The writes that say a committed series is complete; what lapsed is said with it. */
export function completing(clinic: string, { series }: KeptSeries, now: Instant): Write[] {
  return [
    update(seriesAt(clinic, series.id), "SET #status = :booked, occurrences = :occurrences", {
      condition: "#status = :committed",
      names: { "#status": "status" },
      values: { ":booked": "booked", ":committed": "committed", ":occurrences": series.occurrences },
      lost: () => new CompletedMeanwhile(),
    }),
    told(clinic, series, now),
  ];
}

function told(clinic: string, { id }: Series, now: Instant): Write {
  return happened(clinic, "series.booked", { series: id }, now);
}

/** A patient's days on those dates. */
export function findPatientDays(
  clinic: string,
  patient: string,
  dates: readonly string[],
): Promise<(Day | undefined)[]> {
  return getAll(dates.map((date) => dayAt(clinic, patient, date)));
}

/** The appointments of a patient by their ids. */
export async function findVisits(key: PatientKey, ids: readonly string[]): Promise<OpenedVisit[]> {
  const rows = await getAll(ids.map((id) => appointmentAt(key.clinic, id)));
  return rows.flatMap((row) => (row ? { visit: visitOf(key, row), key } : []));
}

/** Which of the appointments are there, whatever their state. */
export async function findMade(clinic: string, ids: readonly string[]): Promise<Set<string>> {
  const rows = await getAll(ids.map((id) => appointmentAt(clinic, id)));
  return new Set(ids.filter((_, place) => rows[place] !== undefined));
}

/** The write that makes a series another patient's; none where it is not the one's, or the other's already. */
export async function handingOver(between: Between, id: string): Promise<Write[]> {
  const { from, to } = between;
  const row = (await get(seriesAt(from.clinic, id))) as Row | undefined;
  if (row?.patient !== from.patient) return [];
  const sealed = resealed(between, "series", id, 1, row.sealed);
  return [
    update(seriesAt(from.clinic, id), "SET patient = :to, sealed = :sealed", {
      condition: "patient = :from",
      values: { ":to": to.patient, ":from": from.patient, ":sealed": sealed },
      lost: () => new ReadChanged(),
    }),
  ];
}
