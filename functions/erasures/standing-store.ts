import type { Day } from "../appointments/day-book.ts";
import { dayOf, listedOn } from "../appointments/day-book.ts";
import { dayAt } from "../appointments/day-book-store.ts";
import { findOutlines } from "../appointments/store.ts";
import { type Instant, toInstant, toMs } from "../kernel/instant.ts";
import type { Keyring } from "../kernel/keyring.ts";
import { openOf, patientKeyAt } from "../kernel/patient-keys.ts";
import { getAll, keyOf, query } from "../kernel/table.ts";
import { type Opened, openPatient, patientAt } from "../patients/store.ts";
import { policyAt, policyOf } from "../policy/store.ts";
import { type LegalHold, retainedUntil } from "./model.ts";
import { standingAt } from "./store.ts";

/** A patient with all that may stand in the way of erasing them. */
export interface Standing extends Opened {
  legalHold: LegalHold | undefined;
  until: string | undefined;
  /** The erasure that was asked for and is neither withdrawn nor done. */
  erasure: string | undefined;
}

/** How a patient stands now, or undefined where there is none. */
export async function findStanding(keyring: Keyring, patient: string, now: Instant): Promise<Standing | undefined> {
  const { clinic } = keyring;
  const [[row, keyRow, standing, policy], entry, visit] = await Promise.all([
    getAll([patientAt(clinic, patient), patientKeyAt(clinic, patient), standingAt(clinic, patient), policyAt(clinic)]),
    lastEntry(clinic, patient),
    lastVisit(clinic, patient, now),
  ]);
  const opened = openPatient(keyring, patient, row, keyRow);
  if (!opened) return undefined;
  const last = [entry, visit]
    .filter((at) => at !== undefined)
    .sort()
    .at(-1);
  const held = standing?.["legalHold"] as { by: string; at: Instant; sealed: Uint8Array } | undefined;
  return {
    ...opened,
    legalHold: held && {
      reason: openOf<string>(opened.key, "legal-hold", patient, 1, held.sealed),
      by: held.by,
      at: held.at,
    },
    until: retainedUntil({ birthDate: opened.patient.birthDate, last }, policyOf(policy)),
    erasure: standing?.["erasure"] as string | undefined,
  };
}

/** When the latest entry of the record happened. */
async function lastEntry(clinic: string, patient: string): Promise<Instant | undefined> {
  const record = keyOf("record", [clinic, patient], "");
  const { items } = await query(record, { byDate: true, descending: true, limit: 1 });
  return items[0]?.["at"] as Instant | undefined;
}

/** When the latest appointment began that was not called off. */
async function lastVisit(clinic: string, patient: string, now: Instant): Promise<Instant | undefined> {
  const until = toMs(now);
  let after: Record<string, unknown> | undefined;
  do {
    const range = { from: "0", to: dayOf(until), descending: true, after, limit: 31 };
    const { items, last } = await query(dayAt(clinic, patient, ""), range);
    const listed = (items as unknown as Day[]).flatMap((day) => listedOn(day)).filter(({ start }) => start <= until);
    const there = await findOutlines(
      clinic,
      listed.map(({ id }) => id),
    );
    const starts = listed.flatMap(({ id, start }) => (there.has(id) ? start : []));
    if (starts.length > 0) return toInstant(Math.max(...starts));
    after = last;
  } while (after);
  return undefined;
}
