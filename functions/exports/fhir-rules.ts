import type { Observation } from "@medplum/fhirtypes";
import type { ClinicalRecord } from "../records/model.ts";
import { concept, hl7 } from "./fhir-parts.ts";

export type Kind = ClinicalRecord["kind"];
export type Of<K extends Kind> = Extract<ClinicalRecord, { kind: K }>;

export function isRetracted({ state }: ClinicalRecord): boolean {
  return state === "entered-in-error";
}

type Measured = Pick<Of<"observation">, "code" | "quantity" | "text" | "coded" | "referenceRanges" | "interpretation">;

/** What was measured, of an observation or of a part of one. */
export function measurementOf({ code, quantity, text, coded, referenceRanges, interpretation }: Measured) {
  const scale = quantity && {
    unit: quantity.unit,
    system: "http://unitsofmeasure.org",
    code: quantity.code ?? quantity.unit,
  };
  const bound = (value: number | undefined) => (value === undefined ? undefined : { value, ...scale });
  return {
    code: concept(code),
    ...(quantity ? { valueQuantity: { value: quantity.value, comparator: quantity.comparator, ...scale } } : {}),
    ...(text ? { valueString: text } : {}),
    ...(coded ? { valueCodeableConcept: concept(coded) } : {}),
    ...(interpretation
      ? { interpretation: [concept({ system: hl7("v3-ObservationInterpretation"), code: interpretation })] }
      : {}),
    ...(referenceRanges
      ? {
          referenceRange: referenceRanges.map(({ low, high, text: words }) => ({
            low: bound(low),
            high: bound(high),
            text: words,
          })),
        }
      : {}),
  } satisfies Partial<Observation>;
}

/** FHIR's con-4 and con-5: what was entered in error has neither a clinical status nor an end, and what abated is not active. */
export function conditionStatus(seen: Of<"condition">) {
  const verified = isRetracted(seen) ? "entered-in-error" : seen.verificationStatus;
  const isOver = ["inactive", "remission", "resolved"].includes(seen.clinicalStatus ?? "");
  const clinical = seen.abatedAt && !isOver ? "resolved" : seen.clinicalStatus;
  return {
    ...(verified ? { verificationStatus: concept({ system: hl7("condition-ver-status"), code: verified }) } : {}),
    ...(verified === "entered-in-error" ? {} : { abatementDateTime: seen.abatedAt }),
    ...(clinical && verified !== "entered-in-error"
      ? { clinicalStatus: concept({ system: hl7("condition-clinical"), code: clinical }) }
      : {}),
  };
}

/** FHIR's ait-1 and ait-2: an allergy has a clinical status, unless it was entered in error. */
export function allergyStatus(seen: Of<"allergy">) {
  const verified = isRetracted(seen) ? "entered-in-error" : seen.verificationStatus;
  const clinical = concept({ system: hl7("allergyintolerance-clinical"), code: seen.clinicalStatus ?? "active" });
  return {
    ...(verified
      ? { verificationStatus: concept({ system: hl7("allergyintolerance-verification"), code: verified }) }
      : {}),
    ...(verified === "entered-in-error" ? {} : { clinicalStatus: clinical }),
  };
}
