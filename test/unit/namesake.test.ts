import { expect, test } from "vitest";
import { areNamesakes } from "../../functions/patients/namesake.ts";

test.each([
  [{ family: "Okafor" }, { family: "OKAFOR" }, true],
  [{ family: "Müller" }, { text: "Ana Muller" }, true],
  [{ family: "García López" }, { family: "García-Ruiz" }, true],
  [{ family: "Li" }, { family: "Li" }, true],
  [{ family: "de la Cruz" }, { family: "de la Vega" }, false],
  [{ family: "Okafor" }, { family: "Lindqvist", given: ["Okafor"] }, false],
  [{ text: "Sukarno" }, { text: "Sukarno" }, true],
  [{ given: ["Ana"] }, { given: ["Ana"] }, false],
])("%j and %j are namesakes: %s", (one, two, expected) => {
  expect(areNamesakes(one, two)).toBe(expected);
});
