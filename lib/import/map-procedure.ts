import * as fhir from "./fhir.ts";
import { codingOf, codingsOf, instantOf, type Mapped, needed, read, wordsOf } from "./mapped.ts";
import { entryOf } from "./record-entry.ts";
import type { Known } from "./references.ts";

/** A FHIR R4 Procedure; it happened when it began. */
export function mapProcedure(resource: unknown, known: Known): Mapped {
  const { id, subject, encounter, ...procedure } = read(fhir.procedure, resource);
  const notes: string[] = [];
  const occurred = procedure.performedDateTime ?? procedure.performedPeriod?.start;
  const start = instantOf(occurred, "performed.start", notes);
  const end = instantOf(procedure.performedPeriod?.end, "performed.end", notes);
  const { bodySite = [], reasonCode = [], reasonReference = [] } = procedure;
  const sites = codingsOf(bodySite, 10, "bodySites", notes);
  const reasons = [...reasonCode.map(wordsOf), ...reasonReference.map(({ display }) => display)];
  const own = {
    kind: "procedure",
    code: needed(codingOf(procedure.code), "no-code"),
    status: needed(procedure.status, "no-status"),
    performed: start && { start, end },
    bodySites: sites.length > 0 ? sites : undefined,
    reason: reasons.filter(Boolean).join("; ") || undefined,
  };
  return entryOf({ type: "Procedure", id, patient: subject, encounter, occurred: start, own, notes }, known);
}
