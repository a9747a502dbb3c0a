import type { PatientFields } from "./model.ts";
import { wordsOf } from "./terms.ts";

type Name = PatientFields["name"];

/** Parts of family names as common as "van" and "del" are shared by people who are no kin. */
const telling = 4;

/**
 * Whether two people bear one family name, or share a word of it that tells families apart. Of a name that is told as one
 * text the last word is taken for it.
 */
export function areNamesakes(one: Name, two: Name): boolean {
  const [ours, theirs] = [familyOf(one), familyOf(two)];
  const isSame = ours.length > 0 && ours.join(" ") === theirs.join(" ");
  return isSame || ours.some((word) => word.length >= telling && theirs.includes(word));
}

function familyOf({ family, text = "" }: Name): string[] {
  return family ? wordsOf(family) : wordsOf(text).slice(-1);
}
