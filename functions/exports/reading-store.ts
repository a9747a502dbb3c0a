import { isShown } from "../access/rules.ts";
import { listedOn } from "../appointments/day-book.ts";
import { findDays } from "../appointments/day-book-store.ts";
import type { Appointment } from "../appointments/model.ts";
import type { Document } from "../documents/model.ts";
import { documentOf, findRows as findDocumentRows } from "../documents/store.ts";
import type { PatientKey } from "../kernel/patient-keys.ts";
import type { ClinicalRecord } from "../records/model.ts";
import { isVisible } from "../records/model.ts";
import { findRecords, findRows, recordOf } from "../records/store.ts";
import { findVisits } from "../series/store.ts";
import { type AuditEntry, findEntries as findTrail } from "../trail/store.ts";
import type { Sight } from "./model.ts";

/*
 * A patient's data, page by page, as far as whoever asked for it sees: never more than a page is held, however long the
 * record is.
 */

/** Whose data are read, for whom. */
export interface Source {
  key: PatientKey;
  sight: Sight;
}

const pageSize = 100;

/** The entries of the record, newest first, drafts left out. */
export async function* findEntries({ key, sight }: Source): AsyncGenerator<ClinicalRecord> {
  const { clinic, patient } = key;
  for await (const item of pages((after) => findRows(clinic, patient, {}, after, pageSize))) {
    const entry = recordOf(key, item);
    if (entry.state !== "draft" && isVisible(entry, sight)) yield entry;
  }
}

/** Those of some entries that are still there for whoever asked. */
export async function* findNamed({ key, sight }: Source, ids: readonly string[]): AsyncGenerator<ClinicalRecord> {
  // The heaviest entries weigh 195 KB: so many are what one batch read gives.
  const atOnce = 50;
  for (let from = 0; from < ids.length; from += atOnce) {
    const found = await findRecords(key, ids.slice(from, from + atOnce), sight);
    for (const { entry } of found.values()) yield entry;
  }
}

/** All appointments, by start. */
export async function* findAppointments({ key }: Source): AsyncGenerator<Appointment> {
  for await (const day of findDays(key.clinic, key.patient, "0", "9")) {
    const ids = listedOn(day).map(({ id }) => id);
    for (const { visit } of await findVisits(key, ids)) yield visit.appointment;
  }
}

/** The documents that were completed, newest first. */
export async function* findDocuments({ key, sight }: Source): AsyncGenerator<Document> {
  const { clinic, patient } = key;
  for await (const item of pages((after) => findDocumentRows(clinic, patient, after, pageSize))) {
    const document = documentOf(key, item);
    if (isShown(document, sight)) yield document;
  }
}

/** Who looked at or changed the patient's data, latest first; for the patient themself, as the rules have it. */
export async function* findAccesses({ key, sight }: Source): AsyncGenerator<AuditEntry> {
  if (sight.relation !== "self") return;
  let after: string | undefined;
  do {
    const { items, last } = await findTrail(key.clinic, key.patient, after, pageSize);
    yield* items;
    after = last;
  } while (after);
}

/** The items of page after page. */
async function* pages<Thing>(
  read: (after: Record<string, unknown> | undefined) => Promise<{
    items: Thing[];
    last: Record<string, unknown> | undefined;
  }>,
): AsyncGenerator<Thing> {
  let after: Record<string, unknown> | undefined;
  do {
    const { items, last } = await read(after);
    yield* items;
    after = last;
  } while (after);
}
