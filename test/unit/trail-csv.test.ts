import { describe, expect, it } from "vitest";
import { csvOf } from "../../functions/trail/csv.ts";
import { disclosureIn } from "../../functions/trail/disclosures.ts";

describe("a CSV of entries", () => {
  const cellsOf = (user: string) => csvOf([{ user, overrode: ["a", "b"], replayed: true }]).split("\r\n")[1];

  it("quotes commas, quotation marks and ends of lines (RFC 4180)", () => {
    expect(cellsOf('a,"b"\nc')).toBe(',,,,,,"a,""b""\nc",,,,a b,true,,,,');
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])(
    "has no cell that a spreadsheet takes for a formula: %j",
    (text) => {
      expect(cellsOf(text)?.split(",")[6]).toBe(`'${text}`);
    },
  );
});

describe("a disclosure", () => {
  const read = { action: "record.read", outcome: "granted", role: "patient", patient: "pat_1", person: "pat_2" };

  it("is what a proxy was shown, and what a calendar feed told", () => {
    expect(disclosureIn(read)?.recipient).toBe("proxy");
    const feed = { ...read, action: "calendar-feed.read", person: "pat_1" };
    expect(disclosureIn(feed)?.recipient).toBe("calendar-feed");
  });

  it.each([
    ["what was refused", { outcome: "refused" }],
    ["what a patient was shown of themselves", { person: "pat_1" }],
    ["what the clinic's staff read", { role: "practitioner", person: "prc_1" }],
    ["what a proxy wrote", { action: "appointment.book" }],
    ["what is about nobody", { patient: undefined }],
  ])("is not %s", (_, other) => {
    expect(disclosureIn({ ...read, ...other })).toBeUndefined();
  });
});
