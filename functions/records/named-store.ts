import { isShown } from "../access/rules.ts";
import { appointmentAt } from "../appointments/store.ts";
import { documentAt, documentOf, standing } from "../documents/store.ts";
import type { Write } from "../kernel/commit.ts";
import type { PatientKey } from "../kernel/patient-keys.ts";
import { type Refusal, refuse } from "../kernel/problem.ts";
import type { Item, Key } from "../kernel/table.ts";
import { type ClinicalRecord, mustBeTheirs, type RecordFields, type Viewer } from "./model.ts";

/** What an entry names besides its patient: where its visit lies, then its document. */
export function namedBy(clinic: string, patient: string, fields: Pick<RecordFields, "appointment" | "kind">): Key[] {
  const document = documentIn(fields);
  return [
    ...(fields.appointment ? [appointmentAt(clinic, fields.appointment)] : []),
    ...(document ? [documentAt(clinic, patient, document)] : []),
  ];
}

/**
 * Refuses (422) an entry of a visit that is not its patient's, or of a document that is not, is not stored, or is not there for
 * who writes. `rows` are those that `namedBy` names; `within`: what holds the entry in the request.
 */
export function mustBeNamed(
  { entry, key, viewer }: { entry: ClinicalRecord; key: PatientKey; viewer: Viewer },
  rows: readonly (Item | undefined)[],
  within = "",
): void {
  mustBeTheirs(entry, entry.appointment ? rows[0] : undefined, `${within}appointment`);
  if (entry.kind !== "document") return;
  const row = rows.at(-1);
  const document = row && documentOf(key, row);
  if (document?.status !== "stored" || !isShown(document, viewer)) throw unknown(`${within}document`);
}

/** The condition that an entry's document is there still when the entry is written. */
export function holding(key: PatientKey, entry: ClinicalRecord, within = ""): Write[] {
  const document = documentIn(entry);
  return document ? [standing(key, document, () => unknown(`${within}document`))] : [];
}

function documentIn(fields: { kind: RecordFields["kind"]; document?: string }): string | undefined {
  return fields.kind === "document" ? fields.document : undefined;
}

function unknown(path: string): Refusal {
  const expected = "a stored document of this patient";
  const errors = [{ path, expected, message: `${path} should be ${expected}` }];
  return refuse("unprocessable", "unknown-document", { errors });
}
