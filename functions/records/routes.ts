import * as z from "zod/mini";
import { coding, identifier } from "../kernel/datatypes.ts";
import { route } from "../kernel/route.ts";
import { count, fields, id, instant, listOf, oneOf, page, paging, schema, text } from "../kernel/schema.ts";

/** What every entry may carry: the visit it belongs to, when it happened or was noticed, another system's number. */
const common = {
  appointment: z.optional(id("apt")),
  occurredAt: z.optional(instant),
  identifier: z.optional(identifier),
};

const kind = <const Kind extends string>(name: Kind) => z.literal(name, { error: `the kind ${name}` });
const number = z.number({ error: "a number" });

const note = fields({ kind: kind("note"), title: text(200), text: text(100_000), code: z.optional(coding), ...common });

const quantity = fields({
  value: number,
  unit: text(50),
  /** A UCUM code. */
  code: z.optional(text(50)),
});

const observation = schema(() =>
  fields({
    kind: kind("observation"),
    code: coding,
    quantity: z.optional(quantity),
    text: z.optional(text(2000)),
    coded: z.optional(coding),
    ...common,
  }).check(
    z.refine((seen) => [seen.quantity, seen.text, seen.coded].filter((value) => value !== undefined).length === 1, {
      error: "exactly one of quantity, text, coded",
      path: ["quantity"],
    }),
  ),
);

const condition = fields({
  kind: kind("condition"),
  code: coding,
  clinicalStatus: z.optional(oneOf("active", "recurrence", "relapse", "inactive", "remission", "resolved")),
  verificationStatus: z.optional(
    oneOf("unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"),
  ),
  abatedAt: z.optional(instant),
  ...common,
});

const allergy = fields({
  kind: kind("allergy"),
  code: coding,
  clinicalStatus: z.optional(oneOf("active", "inactive", "resolved")),
  verificationStatus: z.optional(oneOf("unconfirmed", "confirmed", "refuted", "entered-in-error")),
  categories: z.optional(listOf(oneOf("food", "medication", "environment", "biologic"), 4)),
  criticality: z.optional(oneOf("low", "high", "unable-to-assess")),
  reactions: z.optional(listOf(coding, 20)),
  ...common,
});

const medication = fields({
  kind: kind("medication"),
  code: coding,
  status: oneOf("active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown"),
  dosage: z.optional(text(1000)),
  reason: z.optional(text(1000)),
  ...common,
});

const immunization = fields({
  kind: kind("immunization"),
  code: coding,
  status: oneOf("completed", "entered-in-error", "not-done"),
  lotNumber: z.optional(text(100)),
  ...common,
});

/** An entry of the medical record, by kind (FHIR R4 Composition, Observation, Condition, ...). */
export const recordFields = schema(() =>
  z
    .discriminatedUnion("kind", [note, observation, condition, allergy, medication, immunization], {
      error: "an entry whose kind is note, observation, condition, allergy, medication or immunization",
    })
    .register(z.globalRegistry, { id: "RecordFields" }),
);

const stored = {
  id: id("rec"),
  patient: id("pat"),
  /** Who wrote it down: the user, and the practitioner where the user is one. */
  author: z.strictObject({ user: text(100), practitioner: z.optional(id("prc")) }),
  occurredAt: instant,
  version: count,
  createdAt: instant,
};

export const record = schema(() =>
  z
    .discriminatedUnion("kind", [
      z.extend(note, stored),
      z.strictObject({ ...observation.shape, ...stored }),
      z.extend(condition, stored),
      z.extend(allergy, stored),
      z.extend(medication, stored),
      z.extend(immunization, stored),
    ])
    .register(z.globalRegistry, { id: "Record" }),
);

const params = fields({ patientId: id("pat") });

export const write = route({
  method: "POST",
  path: "/v1/patients/{patientId}/records",
  summary: "Write an entry into a patient's record",
  description: "A practitioner writes; an admin may, to bring a clinic's history along, and still reads none of it.",
  allow: ["practitioner", "admin"],
  shows: ["clinical"],
  audit: "record.write",
  vault: true,
  rights: {
    BatchGetItem: ["patient", "appointment", "key"],
    PutItem: ["record", "index", "event"],
  },
  params,
  body: recordFields,
  answer: { status: 201, schema: record, versioned: true },
  refusals: { 409: ["identifier-taken"], 422: ["unknown-appointment"] },
});

export const list = route({
  method: "GET",
  path: "/v1/patients/{patientId}/records",
  summary: "List a patient's record, newest first",
  allow: ["practitioner", "patient"],
  shows: ["clinical"],
  audit: "record.list",
  vault: true,
  rights: { GetItem: ["key"], Query: ["record"] },
  params,
  query: fields({
    kind: z.optional(oneOf("note", "observation", "condition", "allergy", "medication", "immunization")),
    ...paging,
  }),
  answer: { status: 200, schema: page(record) },
});

export const read = route({
  method: "GET",
  path: "/v1/patients/{patientId}/records/{recordId}",
  summary: "Read one entry of a patient's record",
  allow: ["practitioner", "patient"],
  shows: ["clinical"],
  audit: "record.read",
  vault: true,
  rights: { BatchGetItem: ["record", "key"] },
  params: fields({ patientId: id("pat"), recordId: id("rec") }),
  answer: { status: 200, schema: record, versioned: true },
});

export const routes = { write, list, read };
