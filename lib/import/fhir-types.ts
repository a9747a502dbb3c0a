import * as z from "zod/mini";

/*
 * FHIR R4's data types, as far as the import reads them; the rest is dropped while parsing. An array of primitives may
 * hold null where only an extension stands (FHIR R4, 2.6.2.1).
 */

export const text = z.optional(z.string());
export const texts = z.optional(z.array(z.nullable(z.string())));
export const flag = z.optional(z.boolean());
export const number = z.optional(z.number());
export const list = <Item extends z.core.$ZodType>(item: Item) => z.optional(z.array(item));

export const coding = z.object({ system: text, code: text, display: text });
export const concept = z.object({ coding: list(coding), text });
export const period = z.optional(z.object({ start: text, end: text }));
export const identifier = z.object({ use: text, type: z.optional(concept), system: text, value: text });
export const reference = z.object({ reference: text, identifier: z.optional(identifier), display: text });
export const humanName = z.object({ use: text, text, family: text, given: texts });
export const contactPoint = z.object({ system: text, value: text, use: text });
export const address = z.object({
  use: text,
  line: texts,
  city: text,
  district: text,
  state: text,
  postalCode: text,
  country: text,
});

export type Concept = z.infer<typeof concept>;
export type Reference = z.infer<typeof reference>;
export type FhirIdentifier = z.infer<typeof identifier>;
export type FhirName = z.infer<typeof humanName>;
export type FhirContact = z.infer<typeof contactPoint>;
export type FhirAddress = z.infer<typeof address>;

/** FHIR R4's `id`: nothing else is printed as the example of a resource. */
export const fhirId = z.string().check(z.regex(/^[A-Za-z0-9.-]{1,64}$/));
