import { describe, expect, it } from "vitest";
import { namesMatch, nameTerm, termsOf, wordsOf } from "../../functions/patients/terms.ts";

describe("a name's words", () => {
  it.each([
    ["Zo\u00eb", ["zoe"]],
    ["Zoe\u0308", ["zoe"]],
    ["O\u2019Brien", ["obrien"]],
    ["O'BRIEN", ["obrien"]],
    ["Garc\u00eda-L\u00f3pez", ["garcia", "lopez"]],
    ["\u9673\u5927\u6587", ["\u9673\u5927\u6587"]],
    ["\uff21\uff4e\uff41", ["ana"]],
    ["Stra\u00dfe", ["strasse"]],
    ["STRASSE", ["strasse"]],
    ["\u039f\u03b4\u03c5\u03c3\u03c3\u03b5\u03cd\u03c2", ["\u03bf\u03b4\u03c5\u03c3\u03c3\u03b5\u03c5\u03c3"]],
    ["\u039f\u0394\u03a5\u03a3", ["\u03bf\u03b4\u03c5\u03c3"]],
    ["\u0905\u0928\u093f\u0932", ["\u0905\u0928\u093f\u0932"]],
    ["Dr. Ana \ud83d\ude42", ["dr", "ana", "\ud83d\ude42"]],
    ["  ", []],
  ])("of %j are %j", (name, words) => {
    expect(wordsOf(name)).toEqual(words);
  });
});

describe("the index of a patient", () => {
  const names = (name: Parameters<typeof namesMatch>[0]) =>
    termsOf({ name }).flatMap(({ field, value }) => (field === "name" ? value : []));

  it("has each word's beginnings from three letters on, once each", () => {
    expect(names({ family: "Souza", given: ["Soul"] })).toEqual(["sou", "souz", "souza", "soul"]);
  });

  it("has a word of one or two letters whole, apart from beginnings", () => {
    expect(names({ family: "Li", given: ["Wu"] })).toEqual(["li$", "wu$"]);
    expect(nameTerm("li")).toEqual({ field: "name", value: "li$" });
    expect(nameTerm("lia").value).toBe("lia");
  });

  it("has no beginning of more than five letters; longer ones are looked up by their first five", () => {
    expect(names({ text: "Wolfeschlegel" })).toEqual(["wol", "wolf", "wolfe"]);
    expect(nameTerm("wolfeschleg").value).toBe("wolfe");
  });

  it("stays small enough that every term can change in one transaction, for the longest fields the contract admits", () => {
    const words = (letter: string) =>
      Array.from({ length: 12 }, (_, n) => `${letter}${letter}${n + 100}${letter}`).join(" ");
    const terms = termsOf({
      name: { family: words("a"), given: [words("b")], text: words("c") },
      phones: Array.from({ length: 5 }, (_, n) => `+1202555010${n}`),
      emails: Array.from({ length: 5 }, (_, n) => `a${n}@example.com`),
      birthDate: "1988-05-14",
      mrn: "A-1",
    });
    const changing = terms.filter(({ field }) => field !== "all").length;
    expect(2 * changing + 5).toBeLessThanOrEqual(100);
  });

  it("has the phone without its extension, the mail without regard to case, the birth date and the number", () => {
    const terms = termsOf({
      name: { text: "X" },
      phones: ["+12025550143;ext=7"],
      emails: ["Ana@Example.com"],
      birthDate: "1988-05-14",
      mrn: "A-1",
    });
    expect(terms.map(({ field, value }) => `${field} ${value}`)).toEqual([
      "all ",
      "name x$",
      "phone +12025550143",
      "email ana@example.com",
      "birthDate 1988-05-14",
      "mrn A-1",
    ]);
  });
});

describe("a searched name", () => {
  const name = { family: "Souza", given: ["Ana", "Li"] };
  it.each([
    ["souza ana", true],
    ["an sou", false],
    ["ana sou", true],
    ["li", true],
    ["l", false],
    ["sousa", false],
  ])("%j matches: %s", (searched, isMatch) => {
    expect(namesMatch(name, wordsOf(searched))).toBe(isMatch);
  });
});
