import type { ClinicalRecord } from "./model.ts";

/**
 * Where the summary finds what it tells: entries that are active now, and vital signs. What lies on no shelf, the summary
 * does not know of.
 */
export const shelves = ["allergies", "medications", "conditions", "vitals"] as const;
export type Shelf = (typeof shelves)[number];

/** The shelf that an entry lies on, if any; a draft and what was entered in error lie on none. */
export function shelfOf(entry: ClinicalRecord): Shelf | undefined {
  if (entry.state === "draft" || entry.state === "entered-in-error") return undefined;
  if (entry.kind === "condition") return isActive(entry) ? "conditions" : undefined;
  if (entry.kind === "allergy") return isActive(entry) ? "allergies" : undefined;
  if (entry.kind === "medication") return ["active", "on-hold"].includes(entry.status) ? "medications" : undefined;
  return isVital(entry) ? "vitals" : undefined;
}

type Problem = Extract<ClinicalRecord, { kind: "condition" | "allergy" }>;

/** One of which nobody says that it is over, or that it never was, counts. */
function isActive({ clinicalStatus, verificationStatus = "confirmed", ...problem }: Problem): boolean {
  const isOver = problem.kind === "condition" && problem.abatedAt !== undefined;
  const isThere = ["active", "recurrence", "relapse"].includes(clinicalStatus ?? (isOver ? "resolved" : "active"));
  return isThere && !["refuted", "entered-in-error"].includes(verificationStatus);
}

/** The LOINC codes of FHIR R4's vital signs profiles. */
const vitalCodes =
  "85353-1 9279-1 8867-4 2708-6 59408-5 8310-5 8302-2 9843-4 29463-7 39156-5 85354-9 8480-6 8462-4".split(" ");

function isVital(entry: ClinicalRecord): boolean {
  if (entry.kind !== "observation") return false;
  const { category, code } = entry;
  if (category) return category === "vital-signs";
  return code.system === "http://loinc.org" && vitalCodes.includes(code.code);
}

/** What an entry measures: its code, as one text. */
export function measuredBy({ code }: ClinicalRecord): string {
  return JSON.stringify([code?.system, code?.code]);
}

/** An entry that was found, and what it weighs in bytes. */
export interface Found {
  entry: ClinicalRecord;
  weight: number;
}

/** What was found on a shelf, newest first; `isMore` where others lie behind. */
export interface Shelved {
  shelf: Shelf;
  found: readonly Found[];
  isMore: boolean;
}

/**
 * What the summary tells of each shelf. Where all of it would weigh more than may be answered, the shelves that come first
 * go before the others; `more` names those that were cut short. Of vital signs only the last are looked through anyway.
 */
export function summed(
  shelved: readonly Shelved[],
  heaviest: number,
): Record<Shelf, ClinicalRecord[]> & { more: Shelf[] } {
  let weight = 0;
  const lists = shelved.map(({ shelf, found, isMore }) => {
    const fitting = found.filter((one) => {
      weight += one.weight;
      return weight <= heaviest;
    });
    const isCut = fitting.length < found.length || (isMore && shelf !== "vitals");
    return { shelf, isCut, entries: fitting.map(({ entry }) => entry) };
  });
  const told = Object.fromEntries(lists.map(({ shelf, entries }) => [shelf, entries])) as Record<
    Shelf,
    ClinicalRecord[]
  >;
  return { ...told, more: lists.filter(({ isCut }) => isCut).map(({ shelf }) => shelf) };
}
