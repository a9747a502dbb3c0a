import * as z from "zod/mini";
import { roles } from "./route.ts";
import { fields, listOf, oneOf, pattern, schema, text } from "./schema.ts";

/* FHIR R4's data types, as far as contracts share them. */

/** A code of a code system (FHIR R4 Coding). */
export const coding = schema(() =>
  fields({
    system: pattern(/^(https?:\/\/|urn:)\S{1,200}$/, "the code system's URI, such as http://snomed.info/sct", 208),
    code: text(64),
    display: z.optional(text(500)),
  }).register(z.globalRegistry, { id: "Coding" }),
);

/** A number by which another system knows the same thing; unique among its kind in the clinic (FHIR R4 Identifier). */
export const identifier = schema(() =>
  fields({
    system: pattern(/^(https?:\/\/|urn:)\S{1,200}$/, "the URI of the system that gave the value", 208),
    value: text(200),
  }).register(z.globalRegistry, { id: "Identifier" }),
);

/** Who did something: the user, in which role, and which person of the clinic they are. */
export const actor = schema(() =>
  z.strictObject({ user: text(128), role: oneOf(...roles), person: z.optional(text(64)) }),
);

/** A person's name, kept exactly as it was given (FHIR R4 HumanName). */
export const humanName = schema(() =>
  fields({
    family: z.optional(text(100)),
    given: z.optional(listOf(text(100), 5)),
    text: z.optional(text(200)),
  })
    .check(
      z.refine((name) => Boolean(name.family || name.text || name.given?.length), {
        error: "a name with at least one of family, given, text",
      }),
    )
    .register(z.globalRegistry, { id: "HumanName" }),
);

/** Where somebody or something is (FHIR R4 Address). */
export const address = schema(() =>
  fields({
    lines: z.optional(listOf(text(200), 4)),
    city: z.optional(text(100)),
    district: z.optional(text(100)),
    state: z.optional(text(100)),
    postalCode: z.optional(text(20)),
    country: z.optional(pattern(/^[A-Z]{2}$/, "an ISO 3166 country code of two letters, such as US", 2)),
  }).register(z.globalRegistry, { id: "Address" }),
);
