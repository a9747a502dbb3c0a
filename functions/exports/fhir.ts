import type {
  Bundle,
  Encounter,
  Appointment as FhirAppointment,
  Consent as FhirConsent,
  Patient as FhirPatient,
  Practitioner as FhirPractitioner,
  Resource,
} from "@medplum/fhirtypes";
import type { Appointment } from "../appointments/model.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Patient } from "../patients/model.ts";
import type { Practitioner } from "../practitioners/model.ts";
import type { ClinicalRecord } from "../records/model.ts";
import { resourceOf } from "./fhir-entries.ts";
import { concept, encounterIdOf, idOf, local, referTo, stringsOf } from "./fhir-parts.ts";

/** What a patient agreed to, as far as an export tells it. */
export interface Agreed {
  purpose: string;
  given: boolean;
  wording: string;
  at: Instant;
}

/** All that is exported of a patient. */
export interface Exported {
  patient: Patient;
  practitioners: readonly Practitioner[];
  appointments: readonly Appointment[];
  records: readonly ClinicalRecord[];
  consents: readonly Agreed[];
}

/** A patient's data as a FHIR R4 Bundle of the type collection; drafts are their author's alone, and are left out. */
export function bundleOf({ patient, practitioners, appointments, records, consents }: Exported, now: Instant): Bundle {
  const attended = appointments.filter(({ status }) => status === "fulfilled");
  const visits = new Set<string>(attended.map(({ id }) => id));
  const resources: Resource[] = [
    patientOf(patient),
    ...practitioners.map(practitionerOf),
    ...appointments.map(appointmentOf),
    ...attended.map(encounterOf),
    ...records.filter(({ state }) => state !== "draft").map((entry) => resourceOf(entry, visits)),
    ...consents.map((consent) => consentOf(patient.id, consent)),
  ];
  return {
    resourceType: "Bundle",
    type: "collection",
    timestamp: now,
    entry: resources.map((resource) => ({ fullUrl: `urn:praxis:${resource.resourceType}/${resource.id}`, resource })),
  };
}

function patientOf(patient: Patient): FhirPatient {
  const { id, active, name, birthDate, gender, phones = [], emails = [], address, mrn, language } = patient;
  return {
    resourceType: "Patient",
    id: idOf(id),
    active,
    ...(mrn ? { identifier: [{ type: { text: "MRN" }, system: local("mrn"), value: mrn }] } : {}),
    name: [{ ...name }],
    birthDate,
    gender,
    telecom: [
      ...phones.map((value) => ({ system: "phone" as const, value })),
      ...emails.map((value) => ({ system: "email" as const, value })),
    ],
    ...(address ? { address: [addressOf(address)] } : {}),
    ...(language ? { communication: [{ language: { coding: [{ system: "urn:ietf:bcp:47", code: language }] } }] } : {}),
  };
}

function addressOf({ lines, ...rest }: NonNullable<Patient["address"]>) {
  return { ...rest, ...(lines ? { line: stringsOf(lines) } : {}) };
}

function practitionerOf({ id, active, name }: Practitioner): FhirPractitioner {
  return { resourceType: "Practitioner", id: idOf(id), active, name: [{ ...name }] };
}

function appointmentOf(appointment: Appointment): FhirAppointment {
  const { id, status, start, end, patient, practitioner, reason, cancellation, createdAt, identifier } = appointment;
  return {
    resourceType: "Appointment",
    id: idOf(id),
    ...(identifier ? { identifier: [identifier] } : {}),
    status,
    start,
    end,
    created: createdAt,
    ...(reason ? { reasonCode: [{ text: reason }] } : {}),
    ...(cancellation?.reason ? { cancelationReason: { text: cancellation.reason } } : {}),
    participant: [
      { actor: referTo<FhirPatient>("Patient", patient), status: "accepted" },
      { actor: referTo<FhirPractitioner>("Practitioner", practitioner), status: "accepted" },
    ],
  };
}

/** The visit that came of an appointment. */
function encounterOf({ id, start, end, patient, practitioner, reason }: Appointment): Encounter {
  return {
    resourceType: "Encounter",
    id: encounterIdOf(id),
    status: "finished",
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "AMB", display: "ambulatory" },
    subject: referTo("Patient", patient),
    participant: [{ individual: referTo("Practitioner", practitioner) }],
    appointment: [referTo("Appointment", id)],
    period: { start, end },
    ...(reason ? { reasonCode: [{ text: reason }] } : {}),
  };
}

function consentOf(patient: string, { purpose, given, wording, at }: Agreed): FhirConsent {
  const scope = purpose === "research" ? "research" : "patient-privacy";
  return {
    resourceType: "Consent",
    id: `${idOf(patient)}-${purpose}`,
    status: "active",
    scope: concept({ system: "http://terminology.hl7.org/CodeSystem/consentscope", code: scope }),
    category: [concept({ system: "http://loinc.org", code: "59284-0", display: "Consent Document" })],
    patient: referTo("Patient", patient),
    dateTime: at,
    policyRule: { text: wording },
    provision: { type: given ? "permit" : "deny", code: [{ text: purpose }] },
  };
}
