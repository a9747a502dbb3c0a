import { describe, expect, test } from "vitest";
import { isUcum } from "../../functions/records/ucum.ts";

describe("a code of UCUM", () => {
  test.each([
    ..."1 % kg mm[Hg] Cel [degF] /min 10*9/L 10^9/L 10*3/uL mmol/L mg/dL mL/min/{1.73_m2} m[IU]/L [IU]/L {score}".split(
      " ",
    ),
    ..."kg/m2 m/s2 s-2 m+2 dag [in_i] [lb_av] cm[H2O] meq/L osm/kg ug/(24.h) dB[SPL] KiBy {cells}/uL g%".split(" "),
  ])("is %s", (code) => {
    expect(isUcum(code)).toBe(true);
  });

  test.each([
    ..."bpm mmHg °C lbs cells/uL mcg µg IU/L MG/DL Kg mg//dL mg/ . .. -1 x10^9/L kg/m^2 2m m2s kmin [foo] (mg".split(
      " ",
    ),
    "",
    " ",
    "mg dL",
    "mg)",
    "{a b}",
    "{a",
    "m(s)",
    "mol/L{x",
    "mg\n",
    "k%",
  ])("is not %j", (code) => {
    expect(isUcum(code)).toBe(false);
  });

  test("is told in a moment, however it is nested", () => {
    expect(isUcum("(".repeat(20_000))).toBe(false);
    expect(isUcum(`${"(".repeat(24)}m${")".repeat(24)}`)).toBe(true);
  });
});
