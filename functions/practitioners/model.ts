import type * as z from "zod/mini";
import type { Instant } from "../kernel/instant.ts";
import type { practitioner, practitionerFields } from "./routes.ts";

export type PractitionerFields = z.output<typeof practitionerFields>;
export type Practitioner = z.output<typeof practitioner>;

/** A new practitioner; one is active unless said otherwise. */
export function add(fields: PractitionerFields, { id, now }: { id: Practitioner["id"]; now: Instant }): Practitioner {
  return { id, active: true, ...fields, version: 1, createdAt: now, updatedAt: now };
}

/** The practitioner with other fields, one version on. */
export function change(
  { id, version, createdAt }: Practitioner,
  fields: PractitionerFields,
  now: Instant,
): Practitioner {
  return { id, active: true, ...fields, version: version + 1, createdAt, updatedAt: now };
}

/** Where a practitioner is said to work, each with the path of the field that says so. */
export function locationsIn({ locations = [] }: PractitionerFields): { path: string; location: string }[] {
  return locations.map((location, place) => ({ path: `locations.${place}`, location }));
}

/** What of a practitioner may be written. */
export function fieldsOf({ id, version, createdAt, updatedAt, ...fields }: Practitioner): PractitionerFields {
  return fields;
}
