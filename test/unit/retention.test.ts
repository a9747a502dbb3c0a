import { describe, expect, it } from "vitest";
import { mustBeErasable, retainedUntil } from "../../functions/erasures/model.ts";

const last = "2024-02-29T23:30:00.000Z";

describe("the first day on which nothing need be kept", () => {
  it.each([
    ["so many years after the last entry", { last }, { retentionYears: 4 }, "2028-02-29"],
    ["the day before where that year has no such day", { last }, { retentionYears: 10 }, "2034-02-28"],
    ["never asked for where nothing was ever written", { birthDate: "2020-01-01" }, { retentionYears: 10 }, undefined],
    ["never asked for by a policy without rules", { last }, {}, undefined],
    [
      "a birthday of who was a minor then",
      { last, birthDate: "2006-03-01" },
      { retentionMinorsUntilAge: 25 },
      "2031-03-01",
    ],
    [
      "nobody's birthday who came of age that day",
      { last, birthDate: "2006-02-28" },
      { retentionMinorsUntilAge: 25 },
      undefined,
    ],
    [
      "the later of the two",
      { last, birthDate: "2020-06-01" },
      { retentionYears: 10, retentionMinorsUntilAge: 25 },
      "2045-06-01",
    ],
    [
      "the later of the two, the other way round",
      { last, birthDate: "2006-06-01" },
      { retentionYears: 30, retentionMinorsUntilAge: 25 },
      "2054-02-28",
    ],
  ])("is %s", (_, known, policy, day) => {
    expect(retainedUntil(known, policy)).toBe(day);
  });

  it("is allowed, and the day before is refused", () => {
    const until = "2034-02-28";
    expect(() => mustBeErasable({ isHeld: false, until }, "2034-02-27T23:59:59Z")).toThrow("retention");
    expect(() => mustBeErasable({ isHeld: false, until }, "2034-02-28T00:00:00Z")).not.toThrow();
    expect(() => mustBeErasable({ isHeld: true, until: undefined }, "2034-02-28T00:00:00Z")).toThrow("legal-hold");
  });
});
