import type { PatientFields } from "./model.ts";

/** A value by which a patient can be found, in its normal form. */
export interface Term {
  field: "all" | "name" | "birthDate" | "phone" | "email" | "mrn";
  value: string;
}

/** Beginnings of a word from this many letters on are indexed, and up to that many; what is longer is told apart when read. */
const shortest = 3;
const longest = 5;
/** How many words of a name are indexed: with all else, a change of every term still fits one transaction of 100 writes. */
const mostWords = 10;

/** All terms a patient is indexed by. Every patient has the term `all`, which lists the clinic's patients. */
export function termsOf({ name, birthDate, phones = [], emails = [], mrn }: PatientFields): Term[] {
  const words = [...new Set(wordsOfName(name))].slice(0, mostWords);
  const terms: Term[] = [
    { field: "all", value: "" },
    ...words.flatMap(beginningsOf).map((value) => ({ field: "name" as const, value })),
    ...phones.map((phone) => ({ field: "phone" as const, value: withoutExtension(phone) })),
    ...emails.map((email) => ({ field: "email" as const, value: normalEmail(email) })),
  ];
  if (birthDate) terms.push({ field: "birthDate", value: birthDate });
  if (mrn) terms.push({ field: "mrn", value: mrn });
  return [...new Map(terms.map((term) => [`${term.field} ${term.value}`, term])).values()];
}

/**
 * The words of a name, alike for every way of typing it: compatibility forms and case folded, Latin, Greek and Cyrillic
 * accents dropped, apostrophes closed up, parted at spaces and hyphens (Unicode UAX #15, and its combining diacriticals).
 * Lower case of upper case, and one sigma, is case folding as far as names go: "Straße" is found by "STRASSE".
 */
export function wordsOf(name: string): string[] {
  return name
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036f]/g, "")
    .normalize("NFKC")
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll("\u03c2", "\u03c3")
    .replaceAll(/['\u2019\u02bc`.]/g, "")
    .split(/[\s\-\u2010-\u2015,]+/u)
    .filter((word) => word !== "");
}

function wordsOfName({ family = "", given = [], text = "" }: PatientFields["name"]): string[] {
  return [family, ...given, text].flatMap(wordsOf);
}

/** A word's indexed beginnings, from three letters on; a shorter word is indexed whole. */
function beginningsOf(word: string): string[] {
  const letters = [...word];
  if (letters.length < shortest) return [`${word}$`];
  const most = Math.min(letters.length, longest);
  return Array.from({ length: most - shortest + 1 }, (_, more) => letters.slice(0, shortest + more).join(""));
}

/** The term under which a searched word is looked up: a beginning from three letters on, a shorter word whole. */
export function nameTerm(word: string): Term {
  const letters = [...word];
  return { field: "name", value: letters.length < shortest ? `${word}$` : letters.slice(0, longest).join("") };
}

/** Whether a name has, for each of the words, one that begins with it (or is it, below three letters). */
export function namesMatch(name: PatientFields["name"], searched: readonly string[]): boolean {
  const words = wordsOfName(name);
  return searched.every((word) =>
    words.some((own) => ([...word].length < shortest ? own === word : own.startsWith(word))),
  );
}

export function normalEmail(email: string): string {
  return email.normalize("NFKC").toLowerCase();
}

export function withoutExtension(phone: string): string {
  return phone.split(";")[0] as string;
}
