import { mapAllergy, mapCondition } from "./map-condition.ts";
import { mapDevice } from "./map-device.ts";
import { mapEncounter } from "./map-encounter.ts";
import { mapLocation, type Places } from "./map-location.ts";
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
  map(resource: unknown, known: Known, besides: Survey & Places): Mapped;
}

/** Who is seen, where and by whom: referred to by all that follows. */
export const people: readonly Kind[] = [
  { type: "Patient", map: (resource) => mapPatient(resource) },
  { type: "Location", map: (resource, _, places) => mapLocation(resource, places) },
  { type: "Practitioner", map: (resource, known, { roles }) => mapPractitioner(resource, known, roles) },
];

export const visits: readonly Kind[] = [{ type: "Encounter", map: mapEncounter }];

/** Entries of the record: they refer to people and visits, and nothing refers to them. */
export const entries: readonly Kind[] = [
  { type: "Condition", map: mapCondition },
  { type: "AllergyIntolerance", map: mapAllergy },
  { type: "MedicationRequest", map: (resource, known, { medications }) => mapMedication(resource, known, medications) },
  { type: "Immunization", map: mapImmunization },
  { type: "Procedure", map: mapProcedure },
  { type: "Device", map: mapDevice },
  { type: "DocumentReference", map: mapNote },
];
