import * as z from "zod/mini";
import { dosageText } from "./dosage.ts";
import * as fhir from "./fhir.ts";
import { type Concept, concept } from "./fhir-types.ts";
import { codingOf, type Mapped, needed, read, Unmappable, wordsOf } from "./mapped.ts";
import { entryOf } from "./record-entry.ts";
import { type Known, keyOf } from "./references.ts";

/** Medications by their reference keys, for the requests that refer to them. */
export type Medications = ReadonlyMap<string, Concept>;

/** A FHIR R4 MedicationRequest. What is merely proposed, or must not be taken, is not a medication of the patient's. */
export function mapMedication(resource: unknown, known: Known, medications: Medications): Mapped {
  const { id, subject, encounter, authoredOn, ...request } = read(fhir.medicationRequest, resource);
  if (request.doNotPerform) throw new Unmappable("do-not-perform");
  if (request.intent === "proposal" || request.intent === "option") throw new Unmappable(`intent-${request.intent}`);
  const own = {
    kind: "medication",
    code: needed(codingOf(request.medicationCodeableConcept ?? referred(request, medications)), "no-code"),
    status: needed(request.status, "no-status"),
    dosage: dosageText(request.dosageInstruction),
    reason: reasonOf(request),
  };
  return entryOf({ type: "MedicationRequest", id, patient: subject, encounter, occurred: authoredOn, own }, known);
}

type Request = Omit<z.infer<typeof fhir.medicationRequest>, "id" | "subject" | "encounter" | "authoredOn">;

function referred({ medicationReference, contained = [] }: Request, medications: Medications): Concept | undefined {
  const reference = medicationReference?.reference;
  if (!medicationReference || !reference) return undefined;
  if (!reference.startsWith("#")) return medications.get(keyOf("Medication", medicationReference) ?? "");
  const inside = contained.find(({ id }) => reference === `#${id}`);
  return z.safeParse(concept, inside?.code).data;
}

function reasonOf({ reasonCode = [], reasonReference = [] }: Request): string | undefined {
  const words = [...reasonCode.map(wordsOf), ...reasonReference.map(({ display }) => display)];
  return words.filter(Boolean).join("; ") || undefined;
}

export function mapImmunization(resource: unknown, known: Known): Mapped {
  const { id, patient, encounter, ...immunization } = read(fhir.immunization, resource);
  const own = {
    kind: "immunization",
    code: needed(codingOf(immunization.vaccineCode), "no-code"),
    status: needed(immunization.status, "no-status"),
    lotNumber: immunization.lotNumber || undefined,
  };
  return entryOf(
    { type: "Immunization", id, patient, encounter, occurred: immunization.occurrenceDateTime, own },
    known,
  );
}
