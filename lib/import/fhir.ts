import * as z from "zod/mini";

/*
 * What the import reads of FHIR R4 resources; the rest is dropped while parsing. An array of primitives may hold null
 * where only an extension stands (FHIR R4, 2.6.2.1).
 */

const text = z.optional(z.string());
const texts = z.optional(z.array(z.nullable(z.string())));
const flag = z.optional(z.boolean());
const number = z.optional(z.number());
const list = <Item extends z.core.$ZodType>(item: Item) => z.optional(z.array(item));

const coding = z.object({ system: text, code: text, display: text });
export const concept = z.object({ coding: list(coding), text });
const period = z.optional(z.object({ start: text, end: text }));
const identifier = z.object({ use: text, type: z.optional(concept), system: text, value: text });
const reference = z.object({ reference: text, identifier: z.optional(identifier), display: text });
const humanName = z.object({ use: text, text, family: text, given: texts });
const contactPoint = z.object({ system: text, value: text, use: text });
const address = z.object({
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

export const patient = z.object({
  id: fhirId,
  active: flag,
  identifier: list(identifier),
  name: list(humanName),
  telecom: list(contactPoint),
  gender: text,
  birthDate: text,
  address: list(address),
  communication: list(z.object({ language: z.optional(concept), preferred: flag })),
});

export const practitioner = z.object({
  id: fhirId,
  active: flag,
  identifier: list(identifier),
  name: list(humanName),
  telecom: list(contactPoint),
  address: list(address),
});

export const practitionerRole = z.object({
  practitioner: z.optional(reference),
  specialty: list(concept),
});

export const medication = z.object({ id: fhirId, code: z.optional(concept) });

export const encounter = z.object({
  id: fhirId,
  status: text,
  class: z.optional(coding),
  type: list(concept),
  identifier: list(identifier),
  subject: z.optional(reference),
  participant: list(z.object({ type: list(concept), individual: z.optional(reference) })),
  period,
  reasonCode: list(concept),
});

export const condition = z.object({
  id: fhirId,
  subject: z.optional(reference),
  encounter: z.optional(reference),
  code: z.optional(concept),
  clinicalStatus: z.optional(concept),
  verificationStatus: z.optional(concept),
  onsetDateTime: text,
  onsetPeriod: period,
  abatementDateTime: text,
  abatementPeriod: period,
  recordedDate: text,
});

export const allergyIntolerance = z.object({
  id: fhirId,
  patient: z.optional(reference),
  encounter: z.optional(reference),
  code: z.optional(concept),
  clinicalStatus: z.optional(concept),
  verificationStatus: z.optional(concept),
  category: texts,
  criticality: text,
  onsetDateTime: text,
  recordedDate: text,
  reaction: list(z.object({ manifestation: list(concept) })),
});

export type AllergyIntolerance = z.infer<typeof allergyIntolerance>;

const dosage = z.object({
  text,
  asNeededBoolean: flag,
  asNeededCodeableConcept: z.optional(concept),
  timing: z.optional(
    z.object({
      code: z.optional(concept),
      repeat: z.optional(z.object({ frequency: number, period: number, periodUnit: text })),
    }),
  ),
  route: z.optional(concept),
  doseAndRate: list(z.object({ doseQuantity: z.optional(z.object({ value: number, unit: text })) })),
});

export type Dosage = z.infer<typeof dosage>;

export const medicationRequest = z.object({
  id: fhirId,
  subject: z.optional(reference),
  encounter: z.optional(reference),
  status: text,
  intent: text,
  doNotPerform: flag,
  medicationCodeableConcept: z.optional(concept),
  medicationReference: z.optional(reference),
  contained: list(z.object({ id: text, code: z.optional(z.unknown()) })),
  authoredOn: text,
  dosageInstruction: list(dosage),
  reasonCode: list(concept),
  reasonReference: list(reference),
});

export const immunization = z.object({
  id: fhirId,
  patient: z.optional(reference),
  encounter: z.optional(reference),
  status: text,
  vaccineCode: z.optional(concept),
  lotNumber: text,
  occurrenceDateTime: text,
});

export const procedure = z.object({
  id: fhirId,
  subject: z.optional(reference),
  encounter: z.optional(reference),
  status: text,
  code: z.optional(concept),
  performedDateTime: text,
  performedPeriod: period,
  bodySite: list(concept),
  reasonCode: list(concept),
  reasonReference: list(reference),
});

export const documentReference = z.object({
  id: fhirId,
  subject: z.optional(reference),
  status: text,
  docStatus: text,
  type: z.optional(concept),
  description: text,
  date: text,
  content: list(z.object({ attachment: z.optional(z.object({ contentType: text, data: text, url: text })) })),
  context: z.optional(z.object({ encounter: list(reference), period })),
});
