import type { PatientFields } from "./model.ts";
import { withoutExtension, wordsOf } from "./terms.ts";

/** Why two patients may be one person. */
export type Likeness = "birth-date-and-name" | "phone";

/** What two patients have in common that one person would; nothing where they are clearly two. */
export function likenessOf(one: PatientFields, two: PatientFields): Likeness[] {
  const isBornAlike = one.birthDate !== undefined && one.birthDate === two.birthDate;
  const phones = new Set((one.phones ?? []).map(withoutExtension));
  return [
    ...(isBornAlike && areAlike(one.name, two.name) ? (["birth-date-and-name"] as const) : []),
    ...((two.phones ?? []).some((phone) => phones.has(withoutExtension(phone))) ? (["phone"] as const) : []),
  ];
}

/**
 * Whether two names may be one, in whatever order their words stand: each word of the shorter one has its like in the
 * other, and at least one of them is more than an initial. "Jon Smith" is like "Smith, John A.", and not like "Jon Smythe-Jones".
 */
export function areAlike(one: PatientFields["name"], two: PatientFields["name"]): boolean {
  const [fewer = [], more = []] = [wordsIn(one), wordsIn(two)].sort((a, b) => a.length - b.length);
  const left = [...more];
  let letters = 0;
  for (const word of fewer.toSorted((a, b) => b.length - a.length)) {
    const place = left.findIndex((other) => isLike(word, other));
    if (place < 0) return false;
    letters = Math.max(letters, word.length, left[place]?.length ?? 0);
    left.splice(place, 1);
  }
  return letters > 1;
}

/** A name's words; its text tells the same again where the parts are given. */
function wordsIn({ family, given, text = "" }: PatientFields["name"]): string[] {
  const parts = [...(family ? [family] : []), ...(given ?? [])];
  return (parts.length > 0 ? parts : [text]).flatMap(wordsOf);
}

/** An initial stands for the whole; else a slip of the pen, two in a word of more than six letters. */
function isLike(one: string, two: string): boolean {
  const shorter = Math.min(one.length, two.length);
  if (shorter === 1) return one[0] === two[0];
  const slips = shorter < 3 ? 0 : shorter > 6 ? 2 : 1;
  return Math.abs(one.length - two.length) <= slips && distance(one, two) <= slips;
}

/** How many letters must be put in, left out, changed or swapped with their neighbour (optimal string alignment). */
function distance(one: string, two: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: two.length + 1 }, (_, n) => n)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= two.length; j++) {
      const cost = one[i - 1] === two[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && one[i - 1] === two[j - 2] && one[i - 2] === two[j - 1];
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + cost,
        swapped ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, last] = [last, row];
  }
  return at(last, two.length);
}

function at(row: readonly number[] | undefined, place: number): number {
  return row?.[place] ?? Number.POSITIVE_INFINITY;
}
