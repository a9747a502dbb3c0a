import type * as z from "zod/mini";
import type { Instant } from "../kernel/instant.ts";
import type { record, recordFields } from "./routes.ts";

export type RecordFields = z.output<typeof recordFields>;
export type ClinicalRecord = z.output<typeof record>;

/** A new entry; it happened now unless said otherwise. */
export function write(
  fields: RecordFields,
  { id, patient, author, now }: Pick<ClinicalRecord, "id" | "patient" | "author"> & { now: Instant },
): ClinicalRecord {
  return { id, patient, author, occurredAt: now, ...fields, version: 1, createdAt: now };
}
