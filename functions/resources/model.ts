import type * as z from "zod/mini";
import type { Instant } from "../kernel/instant.ts";
import type { resource, resourceFields } from "./routes.ts";

export type ResourceFields = z.output<typeof resourceFields>;
export type Resource = z.output<typeof resource>;

/** What a service asks of one room or device. */
export interface Requirement {
  kind: Resource["kind"];
  tags?: readonly string[] | undefined;
}

/** A new room or device; it is active and without tags unless said otherwise. */
export function add(fields: ResourceFields, { id, now }: { id: Resource["id"]; now: Instant }): Resource {
  return { id, tags: [], active: true, ...fields, version: 1, createdAt: now, updatedAt: now };
}

/** The room or device with other fields, one version on. */
export function change({ id, version, createdAt }: Resource, fields: ResourceFields, now: Instant): Resource {
  return { id, tags: [], active: true, ...fields, version: version + 1, createdAt, updatedAt: now };
}

/** Where a room or device is said to be, with the path of the field that says so. */
export function locationsIn({ location }: ResourceFields): { path: string; location: string }[] {
  return location ? [{ path: "location", location }] : [];
}

/** What of a room or device may be written. */
export function fieldsOf({ id, version, createdAt, updatedAt, ...fields }: Resource): ResourceFields {
  return fields;
}

/**
 * Those that can serve a requirement: active, of its kind, with all of its tags. They come in the order of their ids,
 * whatever order they were given in, so that every request tries them alike.
 */
export function candidatesFor(resources: readonly Resource[], { kind, tags = [] }: Requirement): Resource[] {
  return resources
    .filter((one) => one.active && one.kind === kind && tags.every((tag) => one.tags.includes(tag)))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}
