import * as z from "zod/mini";
import { coding, humanName, identifier } from "../kernel/datatypes.ts";
import { patchOf } from "../kernel/merge-patch.ts";
import { route } from "../kernel/route.ts";
import { email, fields, flag, id, kept, listOf, page, paging, schema, text } from "../kernel/schema.ts";

/** Someone who sees patients (FHIR R4 Practitioner, with what its PractitionerRoles say). */
export const practitionerFields = schema(() =>
  fields({
    name: humanName,
    /** Their specialty in words, as patients read it. */
    specialty: z.optional(text(100)),
    /** FHIR R4 PractitionerRole.specialty. */
    specialties: z.optional(listOf(coding, 20)),
    /** What they may do in the clinic (FHIR R4 PractitionerRole.code). */
    roles: z.optional(listOf(coding, 20)),
    /** Where they work; at which hours, their weekly schedule says. */
    locations: z.optional(listOf(id("loc"), 100)),
    email: z.optional(email),
    phone: z.optional(text(40)),
    identifier: z.optional(identifier),
    active: z.optional(flag),
  }).register(z.globalRegistry, { id: "PractitionerFields" }),
);

export const practitioner = schema(() =>
  z
    .extend(practitionerFields, { id: id("prc"), active: flag, ...kept })
    .register(z.globalRegistry, { id: "Practitioner" }),
);

const params = fields({ practitionerId: id("prc") });
const everyone = ["admin", "front-desk", "practitioner", "patient", "privacy-officer"] as const;

export const add = route({
  method: "POST",
  path: "/v1/practitioners",
  summary: "Add a practitioner",
  allow: ["admin"],
  shows: ["settings"],
  audit: "practitioner.add",
  vault: true,
  rights: {
    GetItem: ["clinic"],
    BatchGetItem: ["location"],
    PutItem: ["practitioner", "schedule", "index", "event"],
  },
  body: practitionerFields,
  answer: { status: 201, schema: practitioner, versioned: true },
  refusals: { 409: ["identifier-taken"], 422: ["unknown-location"] },
});

export const list = route({
  method: "GET",
  path: "/v1/practitioners",
  summary: "List the practitioners",
  allow: everyone,
  shows: ["settings"],
  vault: true,
  rights: { Query: ["practitioner"] },
  query: fields(paging),
  answer: { status: 200, schema: page(practitioner) },
});

export const read = route({
  method: "GET",
  path: "/v1/practitioners/{practitionerId}",
  summary: "Read a practitioner",
  allow: everyone,
  shows: ["settings"],
  vault: true,
  rights: { GetItem: ["practitioner"] },
  params,
  answer: { status: 200, schema: practitioner, versioned: true },
});

export const update = route({
  method: "PATCH",
  path: "/v1/practitioners/{practitionerId}",
  summary: "Change a practitioner (JSON merge patch)",
  allow: ["admin"],
  shows: ["settings"],
  audit: "practitioner.update",
  vault: true,
  rights: {
    GetItem: ["clinic", "practitioner"],
    BatchGetItem: ["location"],
    PutItem: ["practitioner", "index", "event"],
    DeleteItem: ["index"],
  },
  params,
  body: patchOf(practitionerFields),
  ifMatch: "required",
  answer: { status: 200, schema: practitioner, versioned: true },
  refusals: { 409: ["identifier-taken"], 422: ["unknown-location"] },
});

export const routes = { add, list, read, update };
