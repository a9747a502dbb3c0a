import type * as z from "zod/mini";
import type { Instant } from "../kernel/instant.ts";
import type { location, locationFields } from "./routes.ts";

export type LocationFields = z.output<typeof locationFields>;
export type Location = z.output<typeof location>;

/** A new location; it is active unless said otherwise. */
export function add(fields: LocationFields, { id, now }: { id: Location["id"]; now: Instant }): Location {
  return { id, active: true, ...fields, version: 1, createdAt: now, updatedAt: now };
}

/** The location with other fields, one version on. */
export function change({ id, version, createdAt }: Location, fields: LocationFields, now: Instant): Location {
  return { id, active: true, ...fields, version: version + 1, createdAt, updatedAt: now };
}

/** What of a location may be written. */
export function fieldsOf({ id, version, createdAt, updatedAt, ...fields }: Location): LocationFields {
  return fields;
}
