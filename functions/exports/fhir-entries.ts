import type { DocumentReference, Encounter, Patient, Practitioner, Reference, Resource } from "@medplum/fhirtypes";
import type { Document } from "../documents/model.ts";
import type { ClinicalRecord } from "../records/model.ts";
import { concept, encounterIdOf, hl7, idOf, narrative, referTo } from "./fhir-parts.ts";
import { allergyStatus, conditionStatus, isRetracted, type Kind, measurementOf, type Of } from "./fhir-rules.ts";

const sensitivity = { "mental-health": "PSY", "sexual-health": "SEX", "substance-use": "ETH" } as const;

/** What entries refer to: the appointments that an Encounter came of, and the files, by their documents' ids. */
export interface Beside {
  visits: ReadonlySet<string>;
  files: ReadonlyMap<string, string>;
}

/** A signed entry of the record as a FHIR R4 resource. */
export function resourceOf(entry: ClinicalRecord, beside: Beside): Resource {
  const own = makers[entry.kind](entry as never, shared(entry, beside));
  const { identifier } = entry;
  return {
    ...own,
    id: idOf(entry.id),
    meta: metaOf(entry, entry.updatedAt),
    ...(identifier ? { identifier: entry.kind === "note" ? identifier : [identifier] } : {}),
  } as Resource;
}

/** A document of the patient's; its file where that is in the archive. */
export function documentOf(document: Document, beside: Beside): DocumentReference {
  const { id, title, contentType, size, occurredAt, createdAt, storedAt = createdAt } = document;
  const { whose, by, visit } = shared(document, beside);
  return {
    resourceType: "DocumentReference",
    id: idOf(id),
    meta: metaOf(document, storedAt),
    status: "current",
    docStatus: "final",
    subject: whose,
    date: storedAt,
    ...(by ? { author: [by] } : {}),
    content: [{ attachment: { contentType, title, size, creation: occurredAt, url: beside.files.get(id) } }],
    context: { ...(visit.encounter ? { encounter: [visit.encounter] } : {}), period: { start: occurredAt } },
  };
}

function metaOf({ labels = [] }: Pick<ClinicalRecord, "labels">, lastUpdated: string) {
  const security = labels.map((label) => ({ system: hl7("v3-ActCode"), code: sensitivity[label] }));
  return { lastUpdated, ...(security.length > 0 ? { security } : {}) };
}

/** What most resources say alike: whose it is, of which visit, by whom. */
function shared(
  { patient, appointment, author }: Pick<ClinicalRecord, "patient" | "appointment" | "author">,
  { visits, files }: Beside,
) {
  const visit: { encounter?: Reference<Encounter> } =
    appointment && visits.has(appointment)
      ? { encounter: { reference: `Encounter/${encounterIdOf(appointment)}` } }
      : {};
  return {
    files,
    whose: referTo<Patient>("Patient", patient),
    by: author.practitioner ? referTo<Practitioner>("Practitioner", author.practitioner) : undefined,
    visit,
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
  device: (seen, { whose }) => ({
    resourceType: "Device",
    status: isRetracted(seen) ? "entered-in-error" : seen.status,
    type: concept(seen.code),
    patient: whose,
    ...(seen.udi
      ? { udiCarrier: [{ deviceIdentifier: seen.udi.deviceIdentifier, carrierHRF: seen.udi.carrier }] }
      : {}),
    lotNumber: seen.lotNumber,
    serialNumber: seen.serialNumber,
    manufactureDate: seen.manufactureDate,
    expirationDate: seen.expirationDate,
  }),
  document: (seen, { whose, by, visit, files }) => ({
    resourceType: "DocumentReference",
    status: isRetracted(seen) ? "entered-in-error" : "current",
    docStatus: seen.state,
    ...(seen.code ? { type: concept(seen.code) } : {}),
    subject: whose,
    date: seen.occurredAt,
    ...(by ? { author: [by] } : {}),
    content: [{ attachment: { contentType: seen.contentType, title: seen.title, url: files.get(seen.document) } }],
    ...(visit.encounter ? { context: { encounter: [visit.encounter] } } : {}),
  }),
};
