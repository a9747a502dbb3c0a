import type {
  Location as FhirLocation,
  Patient as FhirPatient,
  Practitioner as FhirPractitioner,
  Organization,
} from "@medplum/fhirtypes";
import type { Location } from "../locations/model.ts";
import type { Patient } from "../patients/model.ts";
import type { Practitioner } from "../practitioners/model.ts";
import { idOf, local, referTo, stringsOf } from "./fhir-parts.ts";

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

export function locationOf({ id, name, active, address }: Location, clinic: ClinicName): FhirLocation {
  return {
    resourceType: "Location",
    id: idOf(id),
    status: active ? "active" : "inactive",
    name,
    ...(address ? { address: addressOf(address) } : {}),
    managingOrganization: referTo("Organization", clinic.id),
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
