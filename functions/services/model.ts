import type * as z from "zod/mini";
import type { Instant } from "../kernel/instant.ts";
import type { service, serviceFields } from "./routes.ts";

export type ServiceFields = z.output<typeof serviceFields>;
export type Service = z.output<typeof service>;

/** What a service is unless said otherwise: back to back, without buffers, in person, offered by nobody yet. */
function complete(fields: ServiceFields) {
  const { name, durationMinutes, ...rest } = fields;
  return {
    name,
    durationMinutes,
    slotIntervalMinutes: fields.durationMinutes,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    modality: "in-person" as const,
    capacity: 1,
    practitioners: [],
    active: true,
    ...rest,
  };
}

export function add(fields: ServiceFields, { id, now }: { id: Service["id"]; now: Instant }): Service {
  return { id, ...complete(fields), version: 1, createdAt: now, updatedAt: now };
}

/** The service with other fields, one version on. */
export function change({ id, version, createdAt }: Service, fields: ServiceFields, now: Instant): Service {
  return { id, ...complete(fields), version: version + 1, createdAt, updatedAt: now };
}

/** What of a service may be written. */
export function fieldsOf({ id, version, createdAt, updatedAt, ...fields }: Service): ServiceFields {
  return fields;
}
