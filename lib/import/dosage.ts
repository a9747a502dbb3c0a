import type { Dosage } from "./fhir.ts";
import { wordsOf } from "./mapped.ts";

const units: Record<string, string> = {
  s: "second",
  min: "minute",
  h: "hour",
  d: "day",
  wk: "week",
  mo: "month",
  a: "year",
};

/** Dosage instructions in words: their own text, else what their dose and timing say, such as "1 tablet, 2 times per day". */
export function dosageText(instructions: readonly Dosage[] = []): string | undefined {
  return instructions.flatMap((dosage) => dosage.text || composed(dosage) || []).join("; ") || undefined;
}

function composed({ doseAndRate, timing, route, asNeededBoolean, asNeededCodeableConcept }: Dosage): string {
  const amount = doseAndRate?.[0]?.doseQuantity;
  const dose = amount?.value === undefined ? undefined : `dose ${amount.value}${amount.unit ? ` ${amount.unit}` : ""}`;
  const asNeeded = asNeededCodeableConcept
    ? `as needed for ${wordsOf(asNeededCodeableConcept)}`
    : asNeededBoolean && "as needed";
  return [dose, frequencyOf(timing), wordsOf(route), asNeeded].filter(Boolean).join(", ");
}

function frequencyOf(timing: Dosage["timing"]): string | undefined {
  const { frequency, period, periodUnit } = timing?.repeat ?? {};
  const unit = units[periodUnit ?? ""];
  if (period === undefined || !unit) return wordsOf(timing?.code);
  const times = frequency ?? 1;
  return `${times} ${times === 1 ? "time" : "times"} per ${period === 1 ? unit : `${period} ${unit}s`}`;
}
