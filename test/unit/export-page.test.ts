import { describe, expect, it } from "vitest";
import { escaped, termsOf, timeIn } from "../../functions/exports/html.ts";

const reading = {
  zone: "America/New_York",
  names: new Map([["prc_1", "Dr. <Okafor>"]]),
  files: new Map([["doc_1", "documents/doc_1.pdf"]]),
};

describe("the readable page of an export", () => {
  it.each([
    ["America/New_York", "2026-11-01T05:30:00Z", "2026-11-01 01:30 -04:00"],
    ["America/New_York", "2026-11-01T06:30:00Z", "2026-11-01 01:30 -05:00"],
    ["Asia/Kolkata", "2026-12-31T20:00:00Z", "2027-01-01 01:30 +05:30"],
    ["UTC", "2026-12-01T14:00:05.250Z", "2026-12-01 14:00:05 +00:00"],
  ])("tells in %s of %s as %s", (zone, instant, told) => {
    expect(timeIn(zone, instant)).toBe(told);
  });

  it("escapes every letter that HTML reads as its own", () => {
    expect(escaped(`<a href="x" title='y'>&amp;`)).toBe("&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;");
  });

  it("tells whatever a thing is made of, under names and values of its own escaped alike", () => {
    const code = { system: "http://snomed.info/sct", code: "1", display: "<i>" };
    const thing = {
      onsetAt: "2026-11-01T05:30:00Z",
      "<b>": [code, 2.5, true],
      by: "prc_1",
      file: "doc_1",
      no: undefined,
    };
    expect(termsOf(thing, reading)).toBe(
      "<dl><dt>Onset at</dt><dd>2026-11-01 01:30 -04:00</dd>" +
        "<dt>&lt;b&gt;</dt><dd><ul><li>&lt;i&gt; <small>http://snomed.info/sct 1</small></li><li>2.5</li><li>yes</li></ul></dd>" +
        "<dt>By</dt><dd>Dr. &lt;Okafor&gt;</dd>" +
        '<dt>File</dt><dd><a href="documents/doc_1.pdf">doc_1</a></dd></dl>',
    );
  });

  it("tells an amount with its comparator and its UCUM code, where that is another word than its unit", () => {
    const told = termsOf({ quantity: { value: 5, comparator: "<", unit: "mmHg", code: "mm[Hg]" } }, reading);
    expect(told).toBe("<dl><dt>Quantity</dt><dd>&lt;5 mmHg <small>mm[Hg]</small></dd></dl>");
  });
});
