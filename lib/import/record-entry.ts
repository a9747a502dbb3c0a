import { routes } from "../../functions/records/routes.ts";
import type { Reference } from "./fhir-types.ts";
import { instantOf, type Mapped, needed } from "./mapped.ts";
import type { Known } from "./references.ts";

/** What every entry says besides its own kind's fields. */
export interface Entry {
  type: string;
  id: string;
  patient: Reference | undefined;
  encounter: Reference | undefined;
  /** A FHIR dateTime. */
  occurred: string | undefined;
  /** The fields of its own kind. */
  own: Record<string, unknown>;
  notes?: string[];
}

/** An entry of a patient's record, known by its FHIR id, and tied to its visit where that was imported. */
export function entryOf({ type, id, patient, encounter, occurred, own, notes = [] }: Entry, known: Known): Mapped {
  const patientId = needed(known.find("Patient", patient), "patient-not-imported");
  const appointment = known.find("Encounter", encounter);
  if (encounter && !appointment) notes.push("appointment: its encounter was not imported");
  const occurredAt = instantOf(occurred, "occurredAt", notes);
  if (!occurredAt) notes.push("occurredAt: no date; the time of the import stands for it");
  const identifier = { system: `urn:praxis:fhir:${type}`, value: id };
  const path = routes.write.path.replace("{patientId}", patientId);
  return { path, body: { ...own, identifier, occurredAt, appointment }, notes };
}
