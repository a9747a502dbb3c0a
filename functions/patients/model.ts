import type * as z from "zod/mini";
import type { Instant } from "../kernel/instant.ts";
import type { attendance, patient, patientFields } from "./routes.ts";

export type PatientFields = z.output<typeof patientFields>;
export type Patient = z.output<typeof patient>;
/** How often a patient has not come as agreed. */
export type Attendance = z.output<typeof attendance>;

/** A new patient; one is active unless said otherwise. */
export function register(fields: PatientFields, { id, now }: { id: Patient["id"]; now: Instant }): Patient {
  return { id, active: true, ...fields, version: 1, createdAt: now, updatedAt: now };
}

/** The patient with other fields, one version on. */
export function change(seen: Patient, fields: PatientFields, now: Instant): Patient {
  const { id, version, createdAt } = seen;
  return { id, active: true, ...fields, version: version + 1, createdAt, updatedAt: now };
}

/** What of a patient may be written: the patient without what is kept beside. */
export function fieldsOf({ id, version, createdAt, updatedAt, ...fields }: Patient): PatientFields {
  return fields;
}
