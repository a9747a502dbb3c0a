import { mapAllergy, mapCondition } from "./map-condition.ts";
import { mapEncounter } from "./map-encounter.ts";
import { mapImmunization, mapMedication } from "./map-medication.ts";
import { mapNote } from "./map-note.ts";
import { mapPatient } from "./map-patient.ts";
import { mapPractitioner } from "./map-practitioner.ts";
import { mapProcedure } from "./map-procedure.ts";
import type { Mapped } from "./mapped.ts";
import type { Known } from "./references.ts";
import type { Survey } from "./survey.ts";

/** A FHIR resource type that the import takes. */
export interface Kind {
  type: string;
  map(resource: unknown, known: Known, survey: Survey): Mapped;
}

/** Who is seen and who sees: referred to by all that follows. */
export const people: readonly Kind[] = [
  { type: "Patient", map: (resource) => mapPatient(resource) },
  { type: "Practitioner", map: (resource, _, { specialties }) => mapPractitioner(resource, specialties) },
];

export const visits: readonly Kind[] = [{ type: "Encounter", map: mapEncounter }];

/** Entries of the record: they refer to people and visits, and nothing refers to them. */
export const entries: readonly Kind[] = [
  { type: "Condition", map: mapCondition },
  { type: "AllergyIntolerance", map: mapAllergy },
  { type: "MedicationRequest", map: (resource, known, { medications }) => mapMedication(resource, known, medications) },
  { type: "Immunization", map: mapImmunization },
  { type: "Procedure", map: mapProcedure },
  { type: "DocumentReference", map: mapNote },
];
