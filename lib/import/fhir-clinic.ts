import * as z from "zod/mini";
import {
  address,
  concept,
  contactPoint,
  fhirId,
  flag,
  humanName,
  identifier,
  list,
  reference,
  text,
} from "./fhir-types.ts";

/* What the import reads of the FHIR R4 resources that tell of a clinic: who works there, and where. */

export const practitioner = z.object({
  id: fhirId,
  active: flag,
  identifier: list(identifier),
  name: list(humanName),
  telecom: list(contactPoint),
  address: list(address),
});

export const practitionerRole = z.object({
  id: fhirId,
  active: flag,
  practitioner: z.optional(reference),
  code: list(concept),
  specialty: list(concept),
  telecom: list(contactPoint),
  location: list(reference),
});

export type PractitionerRole = z.infer<typeof practitionerRole>;

export const location = z.object({
  id: fhirId,
  status: text,
  name: text,
  description: text,
  identifier: list(identifier),
  telecom: list(contactPoint),
  address: z.optional(address),
  managingOrganization: z.optional(reference),
});

export const organization = z.object({ id: fhirId, name: text, identifier: list(identifier) });

export type Organization = z.infer<typeof organization>;
