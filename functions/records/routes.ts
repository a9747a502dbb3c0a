import * as z from "zod/mini";
import { appointment } from "../appointments/routes.ts";
import { route } from "../kernel/route.ts";
import {
  count,
  fields,
  id,
  instant,
  listOf,
  oneOf,
  page,
  paging,
  schema,
  text,
  wholeNumber,
} from "../kernel/schema.ts";
import { author, kinds, newRecord, record, recordFields, state } from "./kinds.ts";

/** One version of an entry: what it became, when, by whom and why. */
export const recordVersion = schema(() =>
  z
    .strictObject({ version: count, state, at: instant, by: author, reason: z.optional(text(1000)) })
    .register(z.globalRegistry, { id: "RecordVersion" }),
);

/** What a practitioner wants to know first: newest first, and the appointments by start. */
const summaryOfRecord = schema(() =>
  z
    .strictObject({
      conditions: listOf(record, 100),
      allergies: listOf(record, 100),
      medications: listOf(record, 100),
      vitals: listOf(record, 100),
      appointments: listOf(appointment, 10),
      /** Of which there are more than fit in here: the list of the record has them all. */
      more: listOf(oneOf("conditions", "allergies", "medications", "vitals"), 4),
    })
    .register(z.globalRegistry, { id: "RecordSummary" }),
);

const params = fields({ patientId: id("pat") });
const entryParams = fields({ patientId: id("pat"), recordId: id("rec") });
const reason = text(1000);

const path = "/v1/patients/{patientId}/records";
const entryPath = `${path}/{recordId}` as const;
const readers = ["practitioner", "patient"] as const;
const versioned = { status: 200, schema: record, versioned: true } as const;

export const write = route({
  method: "POST",
  path,
  summary: "Write an entry into a patient's record",
  description:
    "It is signed by being written, unless its `state` is to be `draft`: then it is its author's alone until they sign it. A practitioner writes; an admin may, to bring a clinic's history along, but no drafts, and still reads none of it.",
  allow: ["practitioner", "admin"],
  shows: ["clinical"],
  audit: "record.write",
  vault: true,
  rights: {
    BatchGetItem: ["patient", "appointment", "document", "key"],
    ConditionCheckItem: ["document"],
    PutItem: ["record", "index", "event"],
  },
  params,
  body: newRecord,
  answer: { status: 201, schema: record, versioned: true },
  refusals: {
    403: ["practitioners-only"],
    409: ["identifier-taken"],
    422: ["unknown-appointment", "unknown-document"],
  },
});

export const list = route({
  method: "GET",
  path,
  summary: "List a patient's record, newest first",
  description:
    "Each entry in its latest version, by `occurredAt`. `from` is included, `to` is not. `code` is a code or `system|code`, of the entry or of one of its components. Where few fit, a page may hold fewer than its limit, or none, and yet have a `next`.",
  allow: readers,
  shows: ["clinical"],
  audit: "record.list",
  vault: true,
  rights: { GetItem: ["key"], Query: ["record"] },
  params,
  query: fields({
    kind: z.optional(oneOf(...kinds)),
    code: z.optional(text(273)),
    appointment: z.optional(id("apt")),
    from: z.optional(instant),
    to: z.optional(instant),
    ...paging,
  }),
  answer: { status: 200, schema: page(record) },
});

export const summary = route({
  method: "GET",
  path: "/v1/patients/{patientId}/summary",
  summary: "Sum up a patient: conditions, allergies, medications, vital signs, appointments",
  description:
    "What is active of the first three; of vital signs the latest of each code, among the last 100 that were taken; the next ten appointments. `more` names the lists that were cut short.",
  allow: readers,
  shows: ["clinical", "scheduling"],
  audit: "record.summary",
  vault: true,
  rights: { GetItem: ["key"], Query: ["record", "daybook"], BatchGetItem: ["record", "appointment", "key"] },
  params,
  answer: { status: 200, schema: summaryOfRecord },
});

export const read = route({
  method: "GET",
  path: entryPath,
  summary: "Read one entry of a patient's record, also as it was before",
  allow: readers,
  shows: ["clinical"],
  audit: "record.read",
  vault: true,
  rights: { BatchGetItem: ["record", "key"] },
  params: entryParams,
  query: fields({ version: z.optional(wholeNumber(1, 999_999)) }),
  answer: versioned,
});

export const history = route({
  method: "GET",
  path: `${entryPath}/history`,
  summary: "List the versions of an entry, newest first",
  description: "Who wrote, amended or retracted it, when and why. Each is read with `?version=`.",
  allow: readers,
  shows: ["clinical"],
  audit: "record.history",
  vault: true,
  rights: { BatchGetItem: ["record", "key"], Query: ["record"] },
  params: entryParams,
  query: fields(paging),
  answer: { status: 200, schema: page(recordVersion) },
});

export const revise = route({
  method: "PUT",
  path: entryPath,
  summary: "Write a draft anew",
  allow: ["practitioner"],
  shows: ["clinical"],
  audit: "record.revise",
  vault: true,
  rights: {
    BatchGetItem: ["record", "appointment", "document", "key"],
    ConditionCheckItem: ["document"],
    PutItem: ["record"],
  },
  params: entryParams,
  body: recordFields,
  ifMatch: "required",
  answer: versioned,
  refusals: { 409: ["illegal-transition"], 422: ["unknown-appointment", "unknown-document"] },
});

export const discard = route({
  method: "DELETE",
  path: entryPath,
  summary: "Throw a draft away",
  allow: ["practitioner"],
  shows: ["clinical"],
  audit: "record.discard",
  vault: true,
  rights: { BatchGetItem: ["record", "key"], DeleteItem: ["record"] },
  params: entryParams,
  ifMatch: "required",
  answer: { status: 204 },
  refusals: { 409: ["illegal-transition"] },
});

export const sign = route({
  method: "POST",
  path: `${entryPath}/sign`,
  summary: "Make a draft part of the record, unchangeable from then on",
  allow: ["practitioner"],
  shows: ["clinical"],
  audit: "record.sign",
  vault: true,
  rights: {
    BatchGetItem: ["record", "key"],
    ConditionCheckItem: ["document"],
    PutItem: ["record", "index", "event"],
  },
  params: entryParams,
  body: fields({}),
  ifMatch: "required",
  answer: versioned,
  refusals: { 409: ["illegal-transition", "identifier-taken"], 422: ["unknown-document"] },
});

export const amend = route({
  method: "POST",
  path: `${entryPath}/amend`,
  summary: "Put a new version of a signed entry in the old one's place, and say why",
  description:
    "Any practitioner who sees it may. The old version stays readable. What kind of entry it is and when it happened are not amended: retract the entry and write another.",
  allow: ["practitioner"],
  shows: ["clinical"],
  audit: "record.amend",
  vault: true,
  rights: {
    BatchGetItem: ["record", "appointment", "document", "key"],
    ConditionCheckItem: ["document"],
    PutItem: ["record", "index", "event"],
    DeleteItem: ["record", "index"],
  },
  params: entryParams,
  body: fields({ reason, record: recordFields }),
  ifMatch: "required",
  answer: versioned,
  refusals: {
    409: ["illegal-transition", "identifier-taken"],
    422: ["unknown-appointment", "unknown-document", "fixed-by-signing"],
  },
});

export const retract = route({
  method: "POST",
  path: `${entryPath}/retract`,
  summary: "Mark a signed entry as entered in error, and say why",
  description: "Any practitioner who sees it may. It stays readable, and is marked for what it is.",
  allow: ["practitioner"],
  shows: ["clinical"],
  audit: "record.retract",
  vault: true,
  rights: { BatchGetItem: ["record", "key"], PutItem: ["record", "event"], DeleteItem: ["record"] },
  params: entryParams,
  body: fields({ reason }),
  ifMatch: "required",
  answer: versioned,
  refusals: { 409: ["illegal-transition"] },
});

export const routes = { write, list, summary, read, history, revise, discard, sign, amend, retract };
