import * as z from "zod/mini";
import { roles, route } from "../kernel/route.ts";
import { fields, flag, id, instant, listOf, oneOf, page, paging, schema, text } from "../kernel/schema.ts";

/** One access to a person's data, granted or refused. */
export const auditEntry = schema(() =>
  z
    .strictObject({
      id: text(100),
      at: instant,
      /** What was done, such as `patient.read`. */
      action: text(100),
      outcome: oneOf("granted", "refused"),
      /** The refusal's code. */
      code: z.optional(text(100)),
      patient: z.optional(id("pat")),
      /** Rules of booking that were set aside. */
      overrode: z.optional(listOf(text(64), 10)),
      /** The answer was that of an earlier request with the same Idempotency-Key; nothing was changed again. */
      replayed: z.optional(flag),
      /** The thing touched, where it is not the patient. */
      target: z.optional(text(100)),
      /** The practitioner who looked bears the patient's family name. */
      namesake: z.optional(flag),
      user: text(100),
      /** `system`: nobody asked; it came of something that happened, or of its time. */
      role: oneOf(...roles, "system"),
      /** The practitioner or patient that the user is. */
      person: z.optional(text(100)),
      /** The break-glass grant under which it was done. */
      breakGlass: z.optional(id("btg")),
      from: z.optional(text(100)),
      requestId: z.optional(text(100)),
    })
    .register(z.globalRegistry, { id: "AuditEntry" }),
);

export const list = route({
  method: "GET",
  path: "/v1/patients/{patientId}/audit",
  summary: "Who looked at or changed a patient's data, latest first",
  description: "A patient sees who it was and what was done, and not from which address.",
  allow: ["privacy-officer", "patient"],
  shows: ["audit"],
  audit: "audit.list",
  vault: true,
  rights: { GetItem: ["patient"], Query: ["audit"] },
  params: fields({ patientId: id("pat") }),
  query: fields(paging),
  answer: { status: 200, schema: page(auditEntry) },
});

const criteria = {
  patient: z.optional(id("pat")),
  user: z.optional(text(100)),
  /** Such as `patient.read`. */
  action: z.optional(text(100)),
};

export const search = route({
  method: "GET",
  path: "/v1/audit",
  summary: "Search the clinic's audit trail, latest first",
  description:
    "What was done to a patient before they were merged into another is found by the id they had then. Without a patient, an entry is found once the sealer has linked it, some seconds after it was written. A page may hold fewer than `limit` entries while `next` leads on.",
  allow: ["privacy-officer"],
  shows: ["audit"],
  audit: "audit.search",
  vault: true,
  rights: { BatchGetItem: ["audit", "merge", "patient"], Query: ["audit", "chain"] },
  query: fields({ ...criteria, from: z.optional(instant), to: z.optional(instant), ...paging }),
  answer: { status: 200, schema: page(auditEntry) },
});

const exported = {
  method: "GET",
  allow: ["privacy-officer"],
  shows: ["audit"],
  audit: "audit.export",
  rights: { BatchGetItem: ["audit"], Query: ["audit", "chain"] },
  refusals: { 422: ["too-many-entries"] },
} as const;
const range = fields({ ...criteria, from: instant, to: instant });

export const exportCsv = route({
  ...exported,
  path: "/v1/audit/csv",
  summary: "Export a stretch of the audit trail as CSV, oldest first",
  description: "RFC 4180, with a line of column names. At most 5000 entries.",
  query: range,
  answer: { status: 200, schema: text(6_000_000), media: "text/csv" },
});

export const exportNdjson = route({
  ...exported,
  path: "/v1/audit/ndjson",
  summary: "Export a stretch of the audit trail as NDJSON, oldest first",
  description: "One JSON object a line, each an AuditEntry. At most 5000 entries.",
  query: range,
  answer: { status: 200, schema: text(6_000_000, 0), media: "application/x-ndjson" },
});

const disclosure = schema(() =>
  z
    .strictObject({
      id: text(100),
      at: instant,
      recipient: oneOf("proxy", "calendar-feed", "third-party"),
      /** Who the third party is, as it was told when the export was asked for. */
      to: z.optional(text(200)),
      purpose: text(200),
      /** The user, or the feed. */
      user: text(100),
      person: z.optional(text(100)),
      /** What was shown, such as `record.list`. */
      what: text(100),
      target: z.optional(text(100)),
    })
    .register(z.globalRegistry, { id: "Disclosure" }),
);

export const disclosed = route({
  method: "GET",
  path: "/v1/patients/{patientId}/disclosures",
  summary: "Who outside the clinic was shown a patient's data, latest first",
  description:
    "The accounting of disclosures (45 CFR 164.528), six years back unless `from` says otherwise. What the clinic's workforce does (treatment, payment, operations, an emergency too) and what the patient was shown themselves is left out. What the clinic discloses by other ways than this API is not known here.",
  allow: ["privacy-officer", "patient"],
  shows: ["audit"],
  audit: "audit.disclosures",
  vault: true,
  rights: { BatchGetItem: ["patient", "key", "export"], Query: ["audit"] },
  params: fields({ patientId: id("pat") }),
  query: fields({ from: z.optional(instant), to: z.optional(instant), ...paging }),
  answer: { status: 200, schema: page(disclosure) },
});

export const routes = { list, search, exportCsv, exportNdjson, disclosed };
