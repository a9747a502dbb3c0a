import { expect, test } from "vitest";
import { openWindows, type Schedule } from "../../functions/availability/opening-hours.ts";
import { toInstant } from "../../functions/kernel/instant.ts";

/** What clocks do; zone, day and hours of a window; when it opens, and for how many hours. */
const cases = `
  an hour is skipped            | America/New_York    | 2026-03-08 | 01:00-04:00 | 2026-03-08T06:00Z | 2
  an hour comes twice           | America/New_York    | 2026-11-01 | 00:00-03:00 | 2026-11-01T04:00Z | 4
  the start comes twice         | America/New_York    | 2026-11-01 | 01:30-03:00 | 2026-11-01T05:30Z | 2.5
  the end comes twice           | America/New_York    | 2026-11-01 | 00:00-01:30 | 2026-11-01T04:00Z | 1.5
  the start is skipped          | America/New_York    | 2026-03-08 | 02:30-05:00 | 2026-03-08T07:30Z | 1.5
  the end is skipped            | America/New_York    | 2026-03-08 | 01:00-02:30 | 2026-03-08T06:00Z | 1.5
  start and end are skipped     | America/New_York    | 2026-03-08 | 02:15-02:45 | 2026-03-08T07:15Z | 0.5
  a whole day has 23 hours      | America/New_York    | 2026-03-08 | 00:00-00:00 | 2026-03-08T05:00Z | 23
  a whole day has 25 hours      | America/New_York    | 2026-11-01 | 00:00-00:00 | 2026-11-01T04:00Z | 25
  a night is an hour shorter    | America/New_York    | 2026-03-07 | 22:00-06:00 | 2026-03-08T03:00Z | 7
  a night is an hour longer     | America/New_York    | 2026-10-31 | 22:00-06:00 | 2026-11-01T02:00Z | 9
  a night ends in the gap       | America/New_York    | 2026-03-07 | 22:00-02:30 | 2026-03-08T03:00Z | 4.5
  half an hour is skipped       | Australia/Lord_Howe | 2026-10-04 | 01:00-04:00 | 2026-10-03T14:30Z | 2.5
  the start is skipped by 30 m  | Australia/Lord_Howe | 2026-10-04 | 02:15-04:00 | 2026-10-03T15:45Z | 1.25
  half an hour comes twice      | Australia/Lord_Howe | 2026-04-05 | 01:45-03:00 | 2026-04-04T14:45Z | 1.75
  midnight is skipped           | America/Santiago    | 2026-09-06 | 00:00-02:00 | 2026-09-06T04:00Z | 1
  23:00 comes twice             | America/Santiago    | 2026-04-04 | 22:00-00:00 | 2026-04-05T01:00Z | 3
  02:45 to 03:45 is skipped     | Pacific/Chatham     | 2026-09-27 | 02:00-04:00 | 2026-09-26T13:15Z | 1
  02:45 to 03:45 comes twice    | Pacific/Chatham     | 2026-04-05 | 02:45-04:00 | 2026-04-04T13:00Z | 2.25
  00:30 is skipped              | Africa/Cairo        | 2026-04-24 | 00:30-02:30 | 2026-04-23T22:30Z | 1
  midnight is skipped, as end   | Africa/Cairo        | 2026-04-23 | 22:00-00:00 | 2026-04-23T20:00Z | 2
  the last hour comes twice     | Africa/Cairo        | 2026-10-29 | 22:00-00:00 | 2026-10-29T19:00Z | 3
  midnight is skipped           | Asia/Beirut         | 2026-03-29 | 00:00-06:00 | 2026-03-28T22:00Z | 5
  midnight is skipped           | America/Havana      | 2026-03-08 | 00:00-03:00 | 2026-03-08T05:00Z | 2
  23:00 is skipped              | America/Nuuk        | 2026-03-28 | 23:30-02:00 | 2026-03-29T01:30Z | 1.5
  an hour is skipped in October | Australia/Sydney    | 2026-10-04 | 00:00-08:00 | 2026-10-03T14:00Z | 7
  two hours are skipped         | Antarctica/Troll    | 2026-03-29 | 00:00-06:00 | 2026-03-29T00:00Z | 4
  nothing ever changes          | Asia/Kolkata        | 2026-03-29 | 09:00-10:00 | 2026-03-29T03:30Z | 1
  nothing ever changes          | Asia/Kathmandu      | 2026-03-29 | 22:00-06:00 | 2026-03-29T16:15Z | 8
  the whole day is skipped      | Pacific/Apia        | 2011-12-30 | 09:00-12:00 | 2011-12-30T19:00Z | 3
`;

const rows = cases
  .trim()
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()) as [string, string, string, string, string, string]);

test.each(rows)("where %s: %s on %s, %s is open from %s for %s hours", (_, zone, date, clock, opens, hours) => {
  const [start = "", end = ""] = clock.split("-");
  const onlyThen: Schedule = { zone, windows: [], exceptions: [{ date, windows: [{ start, end }] }] };
  const days = 3 * 86_400_000;
  const found = openWindows(onlyThen, { start: Date.parse(date) - days, end: Date.parse(date) + days });
  const from = Date.parse(opens);
  expect(found).toEqual([{ start: from, end: from + Number(hours) * 3_600_000 }]);
});

const newYorkDay = (date: string) => ({ start: Date.parse(`${date}T05:00:00Z`), end: Date.parse(`${date}T23:00:00Z`) });

test("a window whose start is moved past its end is empty on that day alone", () => {
  const early: Schedule = {
    zone: "America/New_York",
    windows: [{ days: ["sun", "mon"], start: "02:30", end: "03:00" }],
  };
  expect(openWindows(early, newYorkDay("2026-03-08"))).toEqual([]);
  expect(openWindows(early, newYorkDay("2026-03-09")).map(({ start }) => toInstant(start))).toEqual([
    "2026-03-09T06:30:00Z",
  ]);
});

test("a window is found on the second day after its own, where a gap pushes its end there", () => {
  // In Nuuk the hour before Sunday 2026-03-29 is skipped: 23:50 on Saturday becomes 00:50 on Sunday.
  const friday: Schedule = { zone: "America/Nuuk", windows: [{ days: ["fri"], start: "23:55", end: "23:50" }] };
  const sunday = { start: Date.parse("2026-03-29T00:30:00-01:00"), end: Date.parse("2026-03-29T00:45:00-01:00") };
  expect(openWindows(friday, sunday).map(({ end }) => toInstant(end))).toEqual(["2026-03-29T01:50:00Z"]);
});

test("a window of the coming day is found in the hour before midnight that comes again after it began", () => {
  // In St John's, one minute after the midnight before Sunday 2010-11-07, clocks went back to 23:01 on Saturday.
  const sunday: Schedule = { zone: "America/St_Johns", windows: [{ days: ["sun"], start: "00:00", end: "02:00" }] };
  const saturday = { start: Date.parse("2010-11-06T23:30:00-03:30"), end: Date.parse("2010-11-06T23:40:00-03:30") };
  expect(openWindows(sunday, saturday).map(({ start }) => toInstant(start))).toEqual(["2010-11-07T02:30:00Z"]);
});
