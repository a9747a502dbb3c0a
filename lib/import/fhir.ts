import * as z from "zod/mini";
import {
  address,
  coding,
  concept,
  contactPoint,
  fhirId,
  flag,
  humanName,
  identifier,
  list,
  number,
  period,
  reference,
  text,
  texts,
} from "./fhir-types.ts";

/* What the import reads of the FHIR R4 resources that tell of patients; the rest is dropped while parsing. */

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
  location: list(z.object({ location: z.optional(reference) })),
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

export const device = z.object({
  id: fhirId,
  patient: z.optional(reference),
  status: text,
  type: z.optional(concept),
  udiCarrier: list(z.object({ deviceIdentifier: text, carrierHRF: text })),
  lotNumber: text,
  serialNumber: text,
  manufactureDate: text,
  expirationDate: text,
});
