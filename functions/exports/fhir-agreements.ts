import type { CareTeam, Consent as FhirConsent, Practitioner, RelatedPerson } from "@medplum/fhirtypes";
import type { Instant } from "../kernel/instant.ts";
import { concept, hl7, idOf, referTo } from "./fhir-parts.ts";

/** What a patient agreed to, as far as an export tells it. */
export interface Agreed {
  purpose: string;
  given: boolean;
  wording: string;
  at: Instant;
}

/** Somebody who was assigned to treat a patient. */
export interface Assigned {
  practitioner: string;
  until?: Instant | undefined;
  createdAt: Instant;
}

/** Somebody who acts for a patient. */
export interface Acting {
  proxy: string;
  relationship: string;
  from: Instant;
  until?: Instant | undefined;
}

export function consentOf(patient: string, { purpose, given, wording, at }: Agreed): FhirConsent {
  const scope = purpose === "research" ? "research" : "patient-privacy";
  return {
    resourceType: "Consent",
    id: `${idOf(patient)}-${purpose}`,
    status: "active",
    scope: concept({ system: hl7("consentscope"), code: scope }),
    category: [concept({ system: "http://loinc.org", code: "59284-0", display: "Consent Document" })],
    patient: referTo("Patient", patient),
    dateTime: at,
    policyRule: { text: wording },
    provision: { type: given ? "permit" : "deny", code: [{ text: purpose }] },
  };
}

export function careTeamOf(patient: string, assigned: readonly Assigned[]): CareTeam {
  return {
    resourceType: "CareTeam",
    id: `team-${idOf(patient)}`,
    status: "active",
    subject: referTo("Patient", patient),
    participant: assigned.map(({ practitioner, createdAt: start, until: end }) => ({
      member: referTo<Practitioner>("Practitioner", practitioner),
      period: { start, end },
    })),
  };
}

/** Who acts for the patient is a patient themself: their name and address are not the patient's to take along. */
export function relatedPersonOf(patient: string, { proxy, relationship, from, until }: Acting): RelatedPerson {
  return {
    resourceType: "RelatedPerson",
    id: idOf(proxy),
    patient: referTo("Patient", patient),
    relationship: [{ text: relationship }],
    period: { start: from, end: until },
  };
}
