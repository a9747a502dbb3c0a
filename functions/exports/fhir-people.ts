import type {
  Location as FhirLocation,
  Patient as FhirPatient,
  Practitioner as FhirPractitioner,
  Organization,
  PractitionerRole,
} from "@medplum/fhirtypes";
import type { Location } from "../locations/model.ts";
import type { Patient } from "../patients/model.ts";
import type { Practitioner } from "../practitioners/model.ts";
import { concept, idOf, local, referTo, stringsOf } from "./fhir-parts.ts";

/** The clinic, as far as an export names it. */
export interface ClinicName {
  id: string;
  name: string;
}

export function organizationOf({ id, name }: ClinicName): Organization {
  return { resourceType: "Organization", id: idOf(id), name };
}

export function patientOf(patient: Patient, clinic: ClinicName): FhirPatient {
  const { id, active, name, birthDate, gender, phones = [], emails = [], address, mrn, language } = patient;
  return {
    resourceType: "Patient",
    id: idOf(id),
    meta: { lastUpdated: patient.updatedAt },
    active,
    ...(mrn ? { identifier: [{ type: { text: "MRN" }, system: local("mrn"), value: mrn }] } : {}),
    name: [{ ...name }],
    birthDate,
    gender,
    ...telecomOf(phones, emails),
    ...(address ? { address: [addressOf(address)] } : {}),
    ...(language ? { communication: [{ language: { coding: [{ system: "urn:ietf:bcp:47", code: language }] } }] } : {}),
    managingOrganization: referTo("Organization", clinic.id),
  };
}

export function practitionerOf({ id, active, name, email, phone, identifier }: Practitioner): FhirPractitioner {
  return {
    resourceType: "Practitioner",
    id: idOf(id),
    ...(identifier ? { identifier: [identifier] } : {}),
    active,
    name: [{ ...name }],
    ...telecomOf(phone ? [phone] : [], email ? [email] : []),
  };
}

/** What a practitioner does in the clinic, and where; undefined where nothing is said of it. */
export function roleOf(
  { id, specialty, specialties = [], roles = [], locations = [] }: Practitioner,
  clinic: ClinicName,
): PractitionerRole | undefined {
  const special = [...specialties.map(concept), ...(specialty ? [{ text: specialty }] : [])];
  if (special.length + roles.length + locations.length === 0) return undefined;
  return {
    resourceType: "PractitionerRole",
    id: `role-${idOf(id)}`,
    practitioner: referTo("Practitioner", id),
    organization: referTo("Organization", clinic.id),
    ...(roles.length > 0 ? { code: roles.map(concept) } : {}),
    ...(special.length > 0 ? { specialty: special } : {}),
    ...(locations.length > 0
      ? { location: locations.map((location) => referTo<FhirLocation>("Location", location)) }
      : {}),
  };
}

/** A location; who manages it where that is not the clinic is told in words, being no part of the Bundle. */
export function locationOf(location: Location, clinic: ClinicName): FhirLocation {
  const { id, name, active, address, phone, managingOrganization: other, identifier } = location;
  return {
    resourceType: "Location",
    id: idOf(id),
    ...(identifier ? { identifier: [identifier] } : {}),
    status: active ? "active" : "inactive",
    name,
    ...telecomOf(phone ? [phone] : [], []),
    ...(address ? { address: addressOf(address) } : {}),
    managingOrganization: other
      ? { display: other.name, identifier: other.identifier }
      : referTo("Organization", clinic.id),
  };
}

/** FHIR wants no empty lists. */
function telecomOf(phones: readonly string[], emails: readonly string[]) {
  const all = [
    ...phones.map((value) => ({ system: "phone" as const, value })),
    ...emails.map((value) => ({ system: "email" as const, value })),
  ];
  return all.length > 0 ? { telecom: all } : {};
}

function addressOf({ lines = [], ...rest }: NonNullable<Patient["address"]>) {
  const line = stringsOf(lines);
  return { ...rest, ...(line.length > 0 ? { line } : {}) };
}
