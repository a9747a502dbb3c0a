import { describe, expect, it } from "vitest";
import { phoneNumber } from "../../functions/kernel/phone.ts";
import { Refusal } from "../../functions/kernel/problem.ts";

/** What is said of a number that is refused. */
function refusalOf(typed: string, country?: string): Refusal {
  try {
    phoneNumber(typed, country, "phones.2");
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error(`${typed} was not refused`);
}

describe("a phone number", () => {
  it.each([
    ["+44 20 7946 0958", undefined, "+442079460958"],
    ["+44 20 7946 0958", "US", "+442079460958"],
    ["020 7946 0958", "GB", "+442079460958"],
    ["+44 (0)20 7946 0958", "GB", "+442079460958"],
    ["0044 20 7946 0958", "GB", "+442079460958"],
    ["０２０ ７９４６ ０９５８", "GB", "+442079460958"],
    ["011 44 20 7946 0958", "US", "+442079460958"],
    ["(202) 555-0143", "US", "+12025550143"],
    ["202.555.0143", "US", "+12025550143"],
    ["1-202-555-0143", "US", "+12025550143"],
  ])("typed %j in %s is %s", (typed, country, kept) => {
    expect(phoneNumber(typed, country, "phone")).toBe(kept);
  });

  it.each([
    ["+39 06 1234 5678", undefined],
    ["+39 06 1234 5678", "US"],
    ["06 1234 5678", "IT"],
  ])("of Italy, typed %j in %s, keeps its leading 0", (typed, country) => {
    expect(phoneNumber(typed, country, "phone")).toBe("+390612345678");
  });

  it("keeps its extension behind it, and is then read the same again", () => {
    const kept = phoneNumber("(202) 555-0143 ext. 7", "US", "phone");
    expect(kept).toBe("+12025550143;ext=7");
    expect(phoneNumber(kept, undefined, "phone")).toBe(kept);
  });

  it("without a country code is refused where the clinic has no country, saying what would do", () => {
    expect(refusalOf("020 7946 0958")).toMatchObject({
      kind: "invalid",
      code: "invalid-request",
      details: { errors: [{ path: "phones.2", expected: "a phone number with +country code" }] },
    });
  });

  it("that is refused in a country is told how it could be dialled there", () => {
    const expected = "a phone number, as dialled in GB or with +country code";
    const message = `phones.2 should be ${expected}`;
    expect(refusalOf("0958", "GB").details.errors).toEqual([{ path: "phones.2", expected, message }]);
  });

  it.each(["abc", "+", "123", "555-0143", "+999 1234567", "call +1 202 555 0143", "+1 202 555 0143 0143 0143"])(
    "is not %j",
    (typed) => {
      expect(refusalOf(typed, "US").kind).toBe("invalid");
    },
  );

  it("of a country that nobody knows is refused, not guessed", () => {
    expect(refusalOf("020 7946 0958", "XX").kind).toBe("invalid");
  });
});
