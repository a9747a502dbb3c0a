import type { Resource } from "@medplum/fhirtypes";
import type { ClinicalRecord } from "../records/model.ts";
import { concept, encounterIdOf, hl7, idOf, narrative, referTo } from "./fhir-parts.ts";
import { allergyStatus, conditionStatus, isRetracted, type Kind, measurementOf, type Of } from "./fhir-rules.ts";

const sensitivity = { "mental-health": "PSY", "sexual-health": "SEX", "substance-use": "ETH" } as const;

/** A signed entry of the record as a FHIR R4 resource; `visits` are the appointments that an Encounter came of. */
export function resourceOf(entry: ClinicalRecord, visits: ReadonlySet<string>): Resource {
  const own = makers[entry.kind](entry as never, shared(entry, visits));
  const { identifier, labels = [] } = entry;
  const security = labels.map((label) => ({ system: hl7("v3-ActCode"), code: sensitivity[label] }));
  return {
    ...own,
    id: idOf(entry.id),
    meta: { lastUpdated: entry.updatedAt, ...(security.length > 0 ? { security } : {}) },
    ...(identifier ? { identifier: entry.kind === "note" ? identifier : [identifier] } : {}),
  } as Resource;
}

/** What most resources say alike: whose it is, of which visit, by whom. */
function shared({ patient, appointment, author }: ClinicalRecord, visits: ReadonlySet<string>) {
  return {
    whose: referTo("Patient", patient),
    by: author.practitioner ? referTo("Practitioner", author.practitioner) : undefined,
    visit:
      appointment && visits.has(appointment)
        ? { encounter: { reference: `Encounter/${encounterIdOf(appointment)}` } }
        : {},
  };
}

type Shared = ReturnType<typeof shared>;

const makers: { [K in Kind]: (entry: Of<K>, shared: Shared) => object } = {
  note: ({ title, text, code, state, occurredAt }, { whose, by, visit }) => ({
    resourceType: "Composition",
    status: state,
    type: concept(code ?? { system: "http://loinc.org", code: "34109-9", display: "Note" }),
    subject: whose,
    ...visit,
    date: occurredAt,
    author: [by ?? { display: "The clinic" }],
    title,
    section: [{ title, text: narrative(text) }],
  }),
  observation: (seen, { whose, by, visit }) => ({
    resourceType: "Observation",
    status: seen.state,
    ...(seen.category ? { category: [concept({ system: hl7("observation-category"), code: seen.category })] } : {}),
    ...measurementOf(seen),
    subject: whose,
    ...visit,
    effectiveDateTime: seen.occurredAt,
    ...(by ? { performer: [by] } : {}),
    ...(seen.components ? { component: seen.components.map(measurementOf) } : {}),
  }),
  condition: (seen, { whose, by, visit }) => ({
    resourceType: "Condition",
    ...conditionStatus(seen),
    code: concept(seen.code),
    subject: whose,
    ...visit,
    onsetDateTime: seen.onsetAt,
    recordedDate: seen.occurredAt,
    ...(by ? { recorder: by } : {}),
  }),
  allergy: (seen, { whose, by, visit }) => ({
    resourceType: "AllergyIntolerance",
    ...allergyStatus(seen),
    ...(seen.categories?.length ? { category: seen.categories } : {}),
    criticality: seen.criticality,
    code: concept(seen.code),
    patient: whose,
    ...visit,
    recordedDate: seen.occurredAt,
    ...(by ? { recorder: by } : {}),
    ...(seen.reactions?.length ? { reaction: [{ manifestation: seen.reactions.map(concept) }] } : {}),
  }),
  medication: (seen, { whose, by, visit }) => ({
    resourceType: "MedicationRequest",
    status: isRetracted(seen) ? "entered-in-error" : seen.status,
    intent: "order",
    medicationCodeableConcept: concept(seen.code),
    subject: whose,
    ...visit,
    authoredOn: seen.occurredAt,
    ...(by ? { requester: by } : {}),
    ...(seen.reason ? { reasonCode: [{ text: seen.reason }] } : {}),
    ...(seen.dosage ? { dosageInstruction: [{ text: seen.dosage }] } : {}),
  }),
  immunization: (seen, { whose, by, visit }) => ({
    resourceType: "Immunization",
    status: isRetracted(seen) ? "entered-in-error" : seen.status,
    vaccineCode: concept(seen.code),
    patient: whose,
    ...visit,
    occurrenceDateTime: seen.occurredAt,
    lotNumber: seen.lotNumber,
    ...(by ? { performer: [{ actor: by }] } : {}),
  }),
  procedure: (seen, { whose, by, visit }) => ({
    resourceType: "Procedure",
    status: isRetracted(seen) ? "entered-in-error" : seen.status,
    code: concept(seen.code),
    subject: whose,
    ...visit,
    ...(seen.performed ? { performedPeriod: seen.performed } : { performedDateTime: seen.occurredAt }),
    ...(by ? { performer: [{ actor: by }] } : {}),
    ...(seen.bodySites?.length ? { bodySite: seen.bodySites.map(concept) } : {}),
    ...(seen.reason ? { reasonCode: [{ text: seen.reason }] } : {}),
  }),
  document: (seen, { whose, by, visit }) => ({
    resourceType: "DocumentReference",
    status: isRetracted(seen) ? "entered-in-error" : "current",
    docStatus: seen.state,
    ...(seen.code ? { type: concept(seen.code) } : {}),
    subject: whose,
    date: seen.occurredAt,
    ...(by ? { author: [by] } : {}),
    content: [{ attachment: { contentType: seen.contentType, title: seen.title, url: `documents/${seen.document}` } }],
    ...("encounter" in visit ? { context: { encounter: [visit.encounter] } } : {}),
  }),
};
