import { describe, expect, it } from "vitest";
import { occurrencesOf } from "../../functions/series/recurrence.ts";

const newYork = "America/New_York";
const monday = "2026-03-02T14:00:00Z";

describe("the local time of a series", () => {
  it("stays the same when clocks go forward", () => {
    expect(occurrencesOf("FREQ=WEEKLY;COUNT=3", monday, newYork)).toEqual([
      "2026-03-02T14:00:00Z",
      "2026-03-09T13:00:00Z",
      "2026-03-16T13:00:00Z",
    ]);
  });

  it("stays the same when clocks go back", () => {
    expect(occurrencesOf("FREQ=WEEKLY;COUNT=3", "2026-10-19T13:00:00Z", newYork)).toEqual([
      "2026-10-19T13:00:00Z",
      "2026-10-26T13:00:00Z",
      "2026-11-02T14:00:00Z",
    ]);
  });

  it("is that of the zone that is given", () => {
    expect(occurrencesOf("FREQ=WEEKLY;COUNT=3", monday, "Asia/Kolkata")).toEqual([
      "2026-03-02T14:00:00Z",
      "2026-03-09T14:00:00Z",
      "2026-03-16T14:00:00Z",
    ]);
    expect(occurrencesOf("FREQ=WEEKLY;COUNT=5", monday, "Europe/Berlin")).toContain("2026-03-30T13:00:00Z");
  });

  it("that a clock change leaves out is left out and not counted (RFC 5545, 3.3.10)", () => {
    expect(occurrencesOf("FREQ=DAILY;COUNT=3", "2026-03-07T07:30:00Z", newYork)).toEqual([
      "2026-03-07T07:30:00Z",
      "2026-03-09T06:30:00Z",
      "2026-03-10T06:30:00Z",
    ]);
  });

  it("that comes twice is taken the first time, unless the start is the second", () => {
    expect(occurrencesOf("FREQ=DAILY;COUNT=3", "2026-10-31T05:30:00Z", newYork)).toEqual([
      "2026-10-31T05:30:00Z",
      "2026-11-01T05:30:00Z",
      "2026-11-02T06:30:00Z",
    ]);
    expect(occurrencesOf("FREQ=DAILY;COUNT=2", "2026-11-01T06:30:00Z", newYork)).toEqual([
      "2026-11-01T06:30:00Z",
      "2026-11-02T06:30:00Z",
    ]);
  });
});

describe("a rule", () => {
  it("monthly from the 31st leaves out the months that have none", () => {
    expect(occurrencesOf("FREQ=MONTHLY;COUNT=4", "2026-01-31T14:00:00Z", newYork)).toEqual([
      "2026-01-31T14:00:00Z",
      "2026-03-31T13:00:00Z",
      "2026-05-31T13:00:00Z",
      "2026-07-31T13:00:00Z",
    ]);
  });

  it("monthly on the last day, or the first Monday, finds it in every month", () => {
    expect(occurrencesOf("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", "2026-01-31T14:00:00Z", "UTC")).toEqual([
      "2026-01-31T14:00:00Z",
      "2026-02-28T14:00:00Z",
      "2026-03-31T14:00:00Z",
    ]);
    expect(occurrencesOf("FREQ=MONTHLY;BYDAY=1MO;COUNT=3", monday, "UTC")).toEqual([
      "2026-03-02T14:00:00Z",
      "2026-04-06T14:00:00Z",
      "2026-05-04T14:00:00Z",
    ]);
  });

  it("yearly from 29 February occurs every four years", () => {
    expect(occurrencesOf("FREQ=YEARLY;COUNT=2", "2028-02-29T14:00:00Z", "UTC")).toEqual([
      "2028-02-29T14:00:00Z",
      "2032-02-29T14:00:00Z",
    ]);
  });

  it("on several days of the week, every other week, keeps both", () => {
    expect(occurrencesOf("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=4", monday, "UTC")).toEqual([
      "2026-03-02T14:00:00Z",
      "2026-03-04T14:00:00Z",
      "2026-03-16T14:00:00Z",
      "2026-03-18T14:00:00Z",
    ]);
  });

  it("until an instant includes that instant, and not a second before", () => {
    expect(occurrencesOf("FREQ=WEEKLY;UNTIL=20260316T130000Z", monday, newYork)).toHaveLength(3);
    expect(occurrencesOf("FREQ=WEEKLY;UNTIL=20260316T125959Z", monday, newYork)).toHaveLength(2);
  });

  it("until a date includes that day in the zone, to its end", () => {
    expect(occurrencesOf("FREQ=DAILY;UNTIL=20260304", "2026-03-03T04:30:00Z", newYork)).toEqual([
      "2026-03-03T04:30:00Z",
      "2026-03-04T04:30:00Z",
      "2026-03-05T04:30:00Z",
    ]);
  });

  it("is read whatever its case", () => {
    expect(occurrencesOf("freq=weekly;count=2", monday, "UTC")).toHaveLength(2);
  });

  it("occurs 52 times and no more", () => {
    const expected = "COUNT from 1 to 52";
    expect(occurrencesOf("FREQ=WEEKLY;COUNT=52", monday, newYork)).toHaveLength(52);
    expect(occurrencesOf("FREQ=WEEKLY;COUNT=53", monday, newYork)).toEqual({ expected });
    expect(occurrencesOf("FREQ=WEEKLY;UNTIL=20270222", monday, newYork)).toHaveLength(52);
    expect(occurrencesOf("FREQ=WEEKLY;UNTIL=20270301", monday, newYork)).toEqual({
      expected: "a rule of at most 52 occurrences",
    });
  });

  it.each([
    ["", "RRULE"],
    ["nonsense", "RRULE"],
    ["RRULE:FREQ=WEEKLY;COUNT=3", "RRULE"],
    ["COUNT=3", "FREQ"],
    ["FREQ=FORTNIGHTLY;COUNT=3", "FREQ"],
    ["FREQ=WEEKLY", "COUNT or UNTIL"],
    ["FREQ=WEEKLY;COUNT=3;UNTIL=20260401", "COUNT or UNTIL"],
    ["FREQ=WEEKLY;COUNT=0", "COUNT"],
    ["FREQ=WEEKLY;COUNT=-1", "COUNT"],
    ["FREQ=WEEKLY;COUNT=3;COUNT=4", "one COUNT"],
    ["FREQ=WEEKLY;COUNT=3;", "RRULE"],
    ["FREQ=WEEKLY;COUNT=3=4", "COUNT"],
    ["FREQ=WEEKLY;COUNT=3;INTERVAL=0", "INTERVAL"],
    ["FREQ=WEEKLY;COUNT=3;BYDAY=XX", "BYDAY"],
    ["FREQ=WEEKLY;COUNT=3;BYDAY=1MO", "RFC 5545"],
    ["FREQ=MONTHLY;COUNT=3;BYMONTHDAY=32", "BYMONTHDAY"],
    ["FREQ=WEEKLY;COUNT=3;BYMONTHDAY=2", "RFC 5545"],
    ["FREQ=WEEKLY;COUNT=3;BYSETPOS=1", "RFC 5545"],
    ["FREQ=WEEKLY;COUNT=3;X-LEVEL=1", "RRULE"],
    ["FREQ=WEEKLY;COUNT=3\nEXDATE:20260309T130000Z", "COUNT"],
    ["FREQ=WEEKLY;UNTIL=20260316T090000", "UNTIL"],
    ["FREQ=WEEKLY;UNTIL=20261399", "RFC 5545"],
    ["FREQ=WEEKLY;UNTIL=20250316", "first occurrence"],
    ["FREQ=WEEKLY;BYDAY=TU;COUNT=3", "first occurrence"],
    ["FREQ=DAILY;BYHOUR=9,15;COUNT=3", "RRULE"],
    ["FREQ=YEARLY;INTERVAL=999;COUNT=52", "10000"],
  ])("%j is refused, and it is said that it should have been %s", (rule, expected) => {
    expect(occurrencesOf(rule, monday, newYork)).toEqual({ expected: expect.stringContaining(expected) });
  });
});

describe("a rule that is meant to cost much", () => {
  it.each([
    "FREQ=SECONDLY;COUNT=52",
    "FREQ=MINUTELY;UNTIL=99991231",
    "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30;COUNT=52",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=52",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=99991231",
    "FREQ=WEEKLY;INTERVAL=999;UNTIL=99991231",
    "FREQ=WEEKLY;COUNT=999999999999",
    "FREQ=YEARLY;BYSETPOS=52;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=52",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-52;COUNT=52",
    "FREQ=YEARLY;BYDAY=53MO;BYSETPOS=52;COUNT=52",
    "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2,4,6,9,11;COUNT=52",
  ])("%s is refused at once", (rule) => {
    const began = performance.now();
    expect(occurrencesOf(rule, monday, newYork)).toHaveProperty("expected");
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
