import { describe, expect, it } from "vitest";
import { areAlike, likenessOf } from "../../functions/patients/likeness.ts";

const name = (family: string, ...given: string[]) => ({ family, given });

describe("two names", () => {
  it.each([
    [name("Smith", "Jon"), name("Smith", "John")],
    [name("Smith", "John"), { text: "Smith, John A." }],
    [name("García", "María"), name("GARCIA", "Maria")],
    [name("Nguyen", "Van", "Anh"), name("Anh", "Van", "Nguyen")],
    [name("Schneider", "Anna"), name("Shcneider", "Anna")],
    [name("Wisniewski", "Jan"), name("Wisnievsky", "Jan")],
    [name("Okafor", "C."), name("Okafor", "Chidi")],
    [name("O\u2019Neill", "Sam"), name("ONeill", "Sam")],
  ])("%j and %j may be one", (one, two) => {
    expect(areAlike(one, two)).toBe(true);
    expect(areAlike(two, one)).toBe(true);
  });

  it.each([
    [name("Smith", "Jon"), name("Smith", "Mary")],
    [name("Li", "Na"), name("Lu", "Na")],
    [name("Smith", "Jon"), name("Smythe-Jones", "Jon")],
    [{ text: "A" }, { text: "A" }],
    [{ text: "-" }, name("Smith", "Jon")],
  ])("%j and %j are two", (one, two) => {
    expect(areAlike(one, two)).toBe(false);
    expect(areAlike(two, one)).toBe(false);
  });
});

it("two patients may be one by birth date and name together, or by a phone whatever its extension", () => {
  const one = { name: name("Smith", "Jon"), birthDate: "1980-02-29", phones: ["+12025550101;ext=2"] };
  expect(likenessOf(one, { ...one, phones: [] })).toEqual(["birth-date-and-name"]);
  expect(likenessOf(one, { name: name("Doe", "Ann"), birthDate: "1980-02-29" })).toEqual([]);
  expect(likenessOf(one, { name: one.name })).toEqual([]);
  expect(likenessOf(one, { name: name("Doe", "Ann"), phones: ["+12025550101"] })).toEqual(["phone"]);
});
