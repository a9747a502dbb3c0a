import * as z from "zod/mini";
import { route } from "../kernel/route.ts";
import { fields, id, instant, listOf, localDate, oneOf, page, paging, schema, text } from "../kernel/schema.ts";

/** What is done, in this order, once an erasure is confirmed. */
export const step = oneOf(
  "waitlist",
  "holds",
  "appointments",
  "records",
  "exports",
  "documents",
  "calendar-feeds",
  "access",
  "day-book",
  "merges",
);

/** The erasure of a patient: asked for by one privacy officer, confirmed by another, then carried out. */
const erasure = schema(() =>
  z
    .strictObject({
      id: id("era"),
      patient: id("pat"),
      status: oneOf("requested", "withdrawn", "confirmed", "erased"),
      /** Told as long as the patient's key is there. */
      reason: z.optional(text(500)),
      requestedBy: text(100),
      requestedAt: instant,
      confirmedBy: z.optional(text(100)),
      confirmedAt: z.optional(instant),
      erasedAt: z.optional(instant),
      /** The steps that are done. */
      done: listOf(step, 10),
    })
    .register(z.globalRegistry, { id: "Erasure" }),
);

const legalHold = schema(() =>
  z.strictObject({ reason: text(500), by: text(100), at: instant }).register(z.globalRegistry, { id: "LegalHold" }),
);

const ofPatient = fields({ patientId: id("pat") });
const ofErasure = fields({ erasureId: id("era") });
const allow = ["privacy-officer"] as const;
const shows = ["retention"] as const;
/** What stands in the way is read with every decision. */
const reads = {
  BatchGetItem: ["patient", "key", "erasure", "clinic", "appointment"],
  Query: ["record", "daybook"],
} as const;

export const retention = route({
  method: "GET",
  path: "/v1/patients/{patientId}/retention",
  summary: "See what stands in the way of erasing a patient",
  description: "The legal hold, the last day of the statutory retention, the erasure that was asked for.",
  allow,
  shows,
  audit: "retention.read",
  vault: true,
  rights: reads,
  params: ofPatient,
  answer: {
    status: 200,
    schema: z.strictObject({
      legalHold: z.optional(legalHold),
      /** The first day on which nothing need be kept any more. */
      until: z.optional(localDate),
      erasure: z.optional(id("era")),
    }),
  },
});

export const placeLegalHold = route({
  method: "PUT",
  path: "/v1/patients/{patientId}/legal-hold",
  summary: "Keep a patient's data from being erased",
  allow,
  shows,
  audit: "legal-hold.place",
  vault: true,
  rights: { BatchGetItem: ["patient", "key"], UpdateItem: ["erasure"], PutItem: ["event"] },
  params: ofPatient,
  body: fields({ reason: text(500) }),
  answer: { status: 200, schema: legalHold },
});

export const liftLegalHold = route({
  method: "DELETE",
  path: "/v1/patients/{patientId}/legal-hold",
  summary: "Let a patient's data be erased again",
  allow,
  shows,
  audit: "legal-hold.lift",
  rights: { GetItem: ["patient"], UpdateItem: ["erasure"], PutItem: ["event"] },
  params: ofPatient,
  answer: { status: 204 },
});

export const request = route({
  method: "POST",
  path: "/v1/patients/{patientId}/erase",
  summary: "Ask for a patient to be erased",
  description: "Nothing happens until another privacy officer confirms it.",
  allow,
  shows,
  audit: "erasure.request",
  vault: true,
  rights: { ...reads, PutItem: ["erasure", "event"], UpdateItem: ["erasure"] },
  params: ofPatient,
  body: fields({ reason: text(500) }),
  answer: { status: 201, schema: erasure, location: "/v1/erasures" },
  refusals: { 409: ["legal-hold", "retention", "erasure-open", "merge-open"] },
});

export const list = route({
  method: "GET",
  path: "/v1/erasures",
  summary: "List the erasures that were asked for",
  allow,
  shows,
  audit: "erasure.list",
  vault: true,
  rights: { Query: ["erasure"], BatchGetItem: ["key"] },
  query: fields(paging),
  answer: { status: 200, schema: page(erasure) },
});

export const read = route({
  method: "GET",
  path: "/v1/erasures/{erasureId}",
  summary: "See how far an erasure is",
  allow,
  shows,
  audit: "erasure.read",
  vault: true,
  rights: { GetItem: ["erasure", "key"] },
  params: ofErasure,
  answer: { status: 200, schema: erasure },
});

export const confirm = route({
  method: "POST",
  path: "/v1/erasures/{erasureId}/confirm",
  summary: "Confirm an erasure that another privacy officer asked for",
  description:
    "From then on there is no such patient. What is theirs is taken apart within minutes, their key last; an interrupted erasure is taken up again. It cannot be undone.",
  allow,
  shows,
  audit: "erasure.confirm",
  vault: true,
  rights: {
    ...reads,
    GetItem: ["erasure"],
    PutItem: ["erasure", "due", "event"],
    UpdateItem: ["erasure"],
    DeleteItem: ["patient", "index"],
  },
  params: ofErasure,
  body: fields({}),
  answer: { status: 200, schema: erasure },
  refusals: { 403: ["second-person-needed"], 409: ["legal-hold", "retention", "illegal-transition"] },
});

export const withdraw = route({
  method: "POST",
  path: "/v1/erasures/{erasureId}/withdraw",
  summary: "Withdraw an erasure that was not confirmed yet",
  allow,
  shows,
  audit: "erasure.withdraw",
  vault: true,
  rights: { GetItem: ["erasure"], PutItem: ["erasure", "event"], UpdateItem: ["erasure"] },
  params: ofErasure,
  body: fields({}),
  answer: { status: 200, schema: erasure },
  refusals: { 409: ["illegal-transition"] },
});

export const routes = { retention, placeLegalHold, liftLegalHold, request, list, read, confirm, withdraw };
