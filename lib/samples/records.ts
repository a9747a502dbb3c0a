import type { Faker } from "@faker-js/faker";
import { type Allergy, type Coding, noteTypes, vaccines } from "./codes.ts";
import type { Visit } from "./visits.ts";

/** Whose record, and how others refer to the patient and the doctor. */
export interface Subject {
  patient: string;
  practitioner: string;
  birthDate: string;
}

const primary = {
  system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
  code: "PPRF",
  display: "primary performer",
};
const concept = (coding: Coding) => ({ coding: [coding], text: coding.display });
const status = (system: string, code: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }],
});
const visitReference = ({ id }: Visit) => ({ reference: `Encounter/${id}` });

export function encounterOf(visit: Visit, { patient, practitioner }: Subject) {
  const { id, start, end, type, problem } = visit;
  return {
    resourceType: "Encounter",
    id,
    identifier: [{ use: "official", system: "https://praxis.example/visit", value: id }],
    status: "finished",
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "AMB" },
    type: [concept(type)],
    subject: { reference: patient },
    participant: [{ type: [concept(primary)], period: { start, end }, individual: { reference: practitioner } }],
    period: { start, end },
    ...(problem ? { reasonCode: [concept(problem.condition)] } : {}),
  };
}

/** The condition first seen at a visit; a passing one was over two weeks later. */
export function conditionOf(visit: Visit, isLasting: boolean, { patient }: Subject, faker: Faker) {
  if (!visit.problem || !visit.isNew) return [];
  const over = new Date(Date.parse(visit.start) + 14 * 86_400_000).toISOString();
  const condition = {
    resourceType: "Condition",
    id: faker.string.uuid(),
    clinicalStatus: status("condition-clinical", isLasting ? "active" : "resolved"),
    verificationStatus: status("condition-ver-status", "confirmed"),
    code: concept(visit.problem.condition),
    subject: { reference: patient },
    encounter: visitReference(visit),
    onsetDateTime: visit.start,
    ...(isLasting ? {} : { abatementDateTime: over }),
    recordedDate: visit.start,
  };
  return [condition];
}

export function medicationOf(visit: Visit, isLasting: boolean, { patient, practitioner }: Subject, faker: Faker) {
  if (!visit.problem || !visit.isNew) return [];
  const request = {
    resourceType: "MedicationRequest",
    id: faker.string.uuid(),
    status: isLasting ? "active" : "completed",
    intent: "order",
    medicationCodeableConcept: concept(visit.problem.medication),
    subject: { reference: patient },
    encounter: visitReference(visit),
    authoredOn: visit.start,
    requester: { reference: practitioner },
    reasonCode: [concept(visit.problem.condition)],
    dosageInstruction: [{ sequence: 1, text: visit.problem.dosage }],
  };
  return [request];
}

export function allergyOf(
  { code, category, criticality, reactions }: Allergy,
  first: Visit,
  { patient }: Subject,
  faker: Faker,
) {
  return {
    resourceType: "AllergyIntolerance",
    id: faker.string.uuid(),
    clinicalStatus: status("allergyintolerance-clinical", "active"),
    verificationStatus: status("allergyintolerance-verification", "confirmed"),
    type: "allergy",
    category: [category],
    criticality,
    code: concept(code),
    patient: { reference: patient },
    encounter: visitReference(first),
    recordedDate: first.start,
    ...(reactions.length > 0 ? { reaction: [{ manifestation: reactions.map(concept) }] } : {}),
  };
}

/** Tdap at the first visit, for the old also the shingles vaccine; against influenza in its season. */
export function immunizationsOf(visit: Visit, { patient, birthDate }: Subject, faker: Faker) {
  const firsts = visit.isFirst ? [vaccines.tdap, ...(birthDate < "1960" ? [vaccines.shingles] : [])] : [];
  const given = [...firsts, ...(visit.isFluSeason ? [vaccines.influenza] : [])];
  return given.map((vaccine) => ({
    resourceType: "Immunization",
    id: faker.string.uuid(),
    status: "completed",
    vaccineCode: concept(vaccine),
    patient: { reference: patient },
    encounter: visitReference(visit),
    occurrenceDateTime: visit.start,
    primarySource: true,
    lotNumber: `DEMO-${faker.string.numeric(4)}`,
  }));
}

export function noteOf(visit: Visit, { patient, practitioner }: Subject, faker: Faker) {
  const { start, end, problem } = visit;
  return {
    resourceType: "DocumentReference",
    id: faker.string.uuid(),
    status: "current",
    type: { coding: [visit.isFirst ? noteTypes.first : noteTypes.later] },
    subject: { reference: patient },
    date: end,
    author: [{ reference: practitioner }],
    content: [
      {
        attachment: {
          contentType: "text/plain; charset=utf-8",
          data: Buffer.from(noteText(start, problem)).toString("base64"),
        },
      },
    ],
    context: { encounter: [visitReference(visit)], period: { start, end } },
  };
}

function noteText(start: string, problem: Visit["problem"]): string {
  const sections = {
    "Chief complaint": problem?.complaint ?? "No complaints. Comes for an examination.",
    Assessment: problem?.condition.display ?? "Well.",
    Plan: problem?.plan ?? "Vaccines brought up to date. Next examination in a year.",
  };
  const body = Object.entries(sections).map(([title, text]) => `# ${title}\n${text}\n`);
  return `${start.slice(0, 10)}\n\n${body.join("\n")}`;
}
