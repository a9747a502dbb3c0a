import * as z from "zod/mini";
import { route } from "../kernel/route.ts";
import { count, fields, id, instant, oneOf, schema, text, zone } from "../kernel/schema.ts";

/** What an export is for: the patient's own, or somebody else's use, to which the patient must have agreed. */
const purpose = oneOf("access", "sharing", "research");

const exportFields = schema(() =>
  fields({
    purpose,
    /** Who outside the clinic is to have it, where the patient is not. */
    recipient: z.optional(text(200)),
    /** The zone in which the readable page tells times; the clinic's unless said. */
    timeZone: z.optional(zone),
  })
    .check(
      z.refine((asked) => (asked.purpose === "access") === (asked.recipient === undefined), {
        error: "given for sharing and research, and for nothing else",
        path: ["recipient"],
      }),
    )
    .register(z.globalRegistry, { id: "ExportFields" }),
);

const told = {
  id: id("exp"),
  patient: id("pat"),
  purpose,
  recipient: z.optional(text(200)),
  timeZone: z.optional(zone),
  status: oneOf("queued", "writing", "ready", "failed", "expired"),
  /** Why it failed: the consent was withdrawn, the patient is no longer there, or a fault of ours that did not pass. */
  failure: z.optional(oneOf("no-consent", "patient-gone", "fault")),
  /** Entries of the record, appointments and files that are written, and how many there are. */
  progress: z.strictObject({ done: count, of: count }),
  requestedAt: instant,
  readyAt: z.optional(instant),
  /** When the archive is gone, ready or not. */
  expiresAt: instant,
  /** The archive's length in bytes. */
  size: z.optional(count),
};

/** A patient's data as an archive that is being written, or is there to be fetched. */
const exported = schema(() => z.strictObject(told).register(z.globalRegistry, { id: "Export" }));

const newExport = schema(() =>
  z
    .strictObject({
      ...told,
      /** Opens the archive. It is told here and nowhere else. */
      password: text(40),
    })
    .register(z.globalRegistry, { id: "NewExport" }),
);

const allow = ["practitioner", "patient"] as const;
/** An archive holds all of this, so whoever asks for one must be allowed to see all of it. */
const shows = ["demographics", "agreements", "scheduling", "clinical"] as const;
const params = fields({ exportId: id("exp") });

export const request = route({
  method: "POST",
  path: "/v1/patients/{patientId}/export",
  summary: "Ask for all of a patient's data in one encrypted archive",
  description:
    "The archive is written within minutes and kept for seven days: a ZIP (AES-256) with a FHIR R4 Bundle, a readable page and the files of documents. It holds what the caller may see; drafts are left out. For a `recipient` the patient must have consented to `sharing`, and for `research` to that too. The `password` is told in this answer alone.",
  allow,
  shows,
  action: "read",
  audit: "export.request",
  vault: true,
  rights: {
    BatchGetItem: ["patient", "key", "consent"],
    Query: ["export"],
    PutItem: ["export", "due", "event"],
  },
  params: fields({ patientId: id("pat") }),
  body: exportFields,
  answer: { status: 202, schema: newExport, location: "/v1/exports" },
  refusals: { 409: ["no-consent", "too-many-exports"] },
});

export const read = route({
  method: "GET",
  path: "/v1/exports/{exportId}",
  summary: "See how far an export is",
  description: "For whoever asked for it, as long as they may see all that is in it.",
  allow,
  shows,
  audit: "export.read",
  vault: true,
  rights: { GetItem: ["export"], BatchGetItem: ["patient", "key"] },
  params,
  answer: { status: 200, schema: exported },
});

export const download = route({
  method: "GET",
  path: "/v1/exports/{exportId}/download",
  summary: "Get the address to download an export from",
  description:
    "For whoever asked for it, as long as they may see all that is in it and, for a `recipient`, the consent stands. It is good for five minutes.",
  allow,
  shows,
  audit: "export.download",
  vault: true,
  rights: { GetItem: ["export"], BatchGetItem: ["patient", "key", "consent"] },
  objects: ["GetObject"],
  params,
  answer: { status: 200, schema: z.strictObject({ url: text(4000), expiresAt: instant }) },
  refusals: { 409: ["not-ready", "no-consent"], 410: ["export-expired"] },
});

export const routes = { request, read, download };
