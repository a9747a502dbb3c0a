import * as z from "zod/mini";
import { address, humanName } from "../kernel/datatypes.ts";
import { patchOf } from "../kernel/merge-patch.ts";
import { route } from "../kernel/route.ts";
import {
  count,
  email,
  fields,
  flag,
  id,
  kept,
  listOf,
  localDate,
  oneOf,
  page,
  paging,
  pattern,
  schema,
  text,
} from "../kernel/schema.ts";

/** A phone number as typed; kept in E.164, read in the clinic's country where it has no country code. */
const phone = text(40);

const communication = schema(() =>
  fields({
    preferred: z.optional(oneOf("email", "sms", "phone", "none")),
    reminders: z.optional(fields({ email: z.optional(flag), sms: z.optional(flag) })),
  }).register(z.globalRegistry, { id: "Communication" }),
);

/** FHIR R4's administrative gender. */
const gender = oneOf("male", "female", "other", "unknown");

/** What is known of a person, as the clinic's staff write it (FHIR R4 Patient). */
export const patientFields = schema(() =>
  fields({
    name: humanName,
    birthDate: z.optional(localDate),
    gender: z.optional(gender),
    phones: z.optional(listOf(phone, 5)),
    emails: z.optional(listOf(email, 5)),
    address: z.optional(address),
    mrn: z.optional(text(64)),
    language: z.optional(pattern(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "a BCP 47 language tag such as en-US", 35)),
    active: z.optional(flag),
    communication: z.optional(communication),
  }).register(z.globalRegistry, { id: "PatientFields" }),
);

/** How often they cancelled with less notice than the policy wants, or did not come; what the clinic cancels never counts. */
export const attendance = schema(() => z.strictObject({ lateCancellations: count, noShows: count }));

/** A patient as answered; the attendance only where one patient is read. */
export const patient = schema(() =>
  z
    .extend(patientFields, { id: id("pat"), active: flag, attendance: z.optional(attendance), ...kept })
    .register(z.globalRegistry, { id: "Patient" }),
);

const params = fields({ patientId: id("pat") });
const staff = ["admin", "front-desk", "practitioner"] as const;

export const register = route({
  method: "POST",
  path: "/v1/patients",
  summary: "Register a patient",
  allow: staff,
  shows: ["demographics"],
  audit: "patient.register",
  vault: true,
  rights: {
    GetItem: ["clinic"],
    PutItem: ["patient", "index", "key", "relation", "event"],
  },
  body: patientFields,
  answer: { status: 201, schema: patient, versioned: true },
  refusals: { 409: ["mrn-taken"] },
});

export const search = route({
  method: "GET",
  path: "/v1/patients",
  summary: "Find patients by name, birth date, phone, e-mail or record number",
  description:
    "Every criterion given must match. A name is matched by the beginning of each of its words, from three letters on; a shorter word must be the whole of one. Without a criterion all patients are listed.",
  allow: [...staff, "privacy-officer"],
  shows: ["demographics"],
  audit: "patient.search",
  vault: true,
  rights: { GetItem: ["clinic", "practitioner"], Query: ["index"], BatchGetItem: ["patient", "key"] },
  query: fields({
    name: z.optional(text(200)),
    birthDate: z.optional(localDate),
    phone: z.optional(phone),
    email: z.optional(email),
    mrn: z.optional(text(64)),
    ...paging,
  }),
  answer: { status: 200, schema: page(patient) },
});

export const read = route({
  method: "GET",
  path: "/v1/patients/{patientId}",
  summary: "Read a patient",
  description: "Staff and the patient see the attendance too; a privacy officer does not.",
  allow: [...staff, "privacy-officer", "patient"],
  shows: ["demographics"],
  audit: "patient.read",
  vault: true,
  rights: { GetItem: ["practitioner"], BatchGetItem: ["patient", "key"] },
  params,
  answer: { status: 200, schema: patient, versioned: true },
});

export const update = route({
  method: "PATCH",
  path: "/v1/patients/{patientId}",
  summary: "Change a patient (JSON merge patch)",
  allow: staff,
  shows: ["demographics"],
  audit: "patient.update",
  vault: true,
  rights: {
    GetItem: ["clinic"],
    BatchGetItem: ["patient", "key"],
    PutItem: ["patient", "index", "event"],
    DeleteItem: ["index"],
  },
  params,
  body: patchOf(patientFields),
  ifMatch: "required",
  answer: { status: 200, schema: patient, versioned: true },
  refusals: { 409: ["mrn-taken"] },
});

export const duplicates = route({
  method: "GET",
  path: "/v1/patients/{patientId}/duplicates",
  summary: "Find patients who may be the same person",
  description:
    "Those with the same birth date and a name that differs by little more than the order of its words or a slip of the pen, and those with the same phone; who shares most comes first. At most 200 patients of one birth date or phone are looked at.",
  allow: ["admin", "front-desk"],
  shows: ["demographics"],
  audit: "patient.duplicates",
  vault: true,
  rights: { BatchGetItem: ["patient", "key"], Query: ["index"] },
  params,
  answer: {
    status: 200,
    schema: z.strictObject({
      items: listOf(z.strictObject({ patient, because: listOf(oneOf("birth-date-and-name", "phone"), 2, 1) }), 50),
    }),
  },
});

export const routes = { register, search, read, update, duplicates };
