import * as fhir from "./fhir.ts";
import { codeOf, codingOf, instantOf, type Mapped, needed, read } from "./mapped.ts";
import { entryOf } from "./record-entry.ts";
import type { Known } from "./references.ts";

export function mapCondition(resource: unknown, known: Known): Mapped {
  const { id, subject, encounter, ...condition } = read(fhir.condition, resource);
  const notes: string[] = [];
  const onset = condition.onsetDateTime ?? condition.onsetPeriod?.start;
  const own = {
    kind: "condition",
    code: needed(codingOf(condition.code), "no-code"),
    clinicalStatus: codeOf(condition.clinicalStatus),
    verificationStatus: codeOf(condition.verificationStatus),
    onsetAt: onset && instantOf(onset, "onsetAt", []),
    abatedAt: instantOf(condition.abatementDateTime ?? condition.abatementPeriod?.end, "abatedAt", notes),
  };
  const occurred = onset ?? condition.recordedDate;
  return entryOf({ type: "Condition", id, patient: subject, encounter, occurred, own, notes }, known);
}

export function mapAllergy(resource: unknown, known: Known): Mapped {
  const { id, patient, encounter, ...allergy } = read(fhir.allergyIntolerance, resource);
  const notes: string[] = [];
  const own = {
    kind: "allergy",
    code: needed(codingOf(allergy.code), "no-code"),
    clinicalStatus: codeOf(allergy.clinicalStatus),
    verificationStatus: codeOf(allergy.verificationStatus),
    categories: allergy.category?.flatMap((category) => category ?? []),
    criticality: allergy.criticality,
    reactions: reactionsOf(allergy, notes),
  };
  const occurred = allergy.onsetDateTime ?? allergy.recordedDate;
  return entryOf({ type: "AllergyIntolerance", id, patient, encounter, occurred, own, notes }, known);
}

function reactionsOf({ reaction = [] }: Pick<fhir.AllergyIntolerance, "reaction">, notes: string[]) {
  const manifestations = reaction.flatMap(({ manifestation = [] }) => manifestation);
  const coded = manifestations.flatMap((manifestation) => codingOf(manifestation) ?? []);
  if (coded.length < manifestations.length) notes.push("reactions: without a code");
  return coded.length > 0 ? coded : undefined;
}
