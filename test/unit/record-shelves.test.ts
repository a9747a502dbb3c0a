import { expect, test } from "vitest";
import type { ClinicalRecord } from "../../functions/records/model.ts";
import { isVisible } from "../../functions/records/model.ts";
import { shelfOf, summed } from "../../functions/records/shelves.ts";

const kept = {
  id: "rec_0000000000000000000000",
  patient: "pat_0000000000000000000000",
  state: "final",
  author: { user: "u-1" },
  occurredAt: "2020-01-01T00:00:00Z",
  version: 1,
  createdAt: "2020-01-01T00:00:00Z",
  updatedAt: "2020-01-01T00:00:00Z",
} as const;
const code = { system: "http://loinc.org", code: "8867-4" };
const allergy: ClinicalRecord = { ...kept, kind: "allergy", code };
const vital = (its: string): ClinicalRecord => ({
  ...kept,
  kind: "observation",
  code: { ...code, code: its },
  category: "vital-signs",
  text: "x",
});

test.each([
  ["draft", undefined],
  ["final", "allergies"],
  ["amended", "allergies"],
  ["entered-in-error", undefined],
] as const)("an entry that is %s lies on the shelf %s", (state, shelf) => {
  expect(shelfOf({ ...allergy, state })).toBe(shelf);
});

test("what is heaviest is cut from the last shelf, and said", () => {
  const found = (entry: ClinicalRecord, weight: number) => ({ entry, weight });
  const told = summed(
    [
      { shelf: "allergies", found: [found(allergy, 60)], isMore: false },
      { shelf: "medications", found: [], isMore: true },
      { shelf: "conditions", found: [], isMore: false },
      { shelf: "vitals", found: [found(vital("a"), 40), found(vital("b"), 1)], isMore: true },
    ],
    100,
  );
  expect(told).toMatchObject({ allergies: [allergy], vitals: [vital("a")], more: ["medications", "vitals"] });
});

test("a draft is there for its author alone, and all else for whoever may see the record", () => {
  const draft = { state: "draft", author: { user: "u-1" } } as const;
  expect(isVisible(draft, { user: "u-1", labels: [] })).toBe(true);
  expect(isVisible(draft, { user: "u-2", labels: [] })).toBe(false);
  for (const state of ["final", "amended", "entered-in-error"] as const)
    expect(isVisible({ ...draft, state }, { user: "u-2", labels: [] })).toBe(true);
});

test("a labelled entry is there for its author and for those who may see each of its labels", () => {
  const entry = { state: "final", author: { user: "u-1" }, labels: ["mental-health", "substance-use"] } as const;
  const seenBy = (user: string, labels: readonly string[] | "all") =>
    isVisible({ ...entry, labels: [...entry.labels] }, { user, labels });
  expect(seenBy("u-1", [])).toBe(true);
  expect(seenBy("u-2", ["mental-health"])).toBe(false);
  expect(seenBy("u-2", ["substance-use", "mental-health"])).toBe(true);
  expect(seenBy("u-2", "all")).toBe(true);
});
