import { describe, expect, test } from "vitest";
import {
  type DayException,
  openWindows,
  type Schedule,
  type WeeklyWindow,
} from "../../functions/availability/opening-hours.ts";
import { toInstant } from "../../functions/kernel/instant.ts";

const everyDay: WeeklyWindow["days"] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const newYork = "America/New_York";

function weekly(zone: string, days: WeeklyWindow["days"], start: string, end: string): Schedule {
  return { zone, windows: [{ days, start, end }] };
}

/** The opening windows from one instant to another, each as `start end`. */
function opening(schedule: Schedule, from: string, to: string): string[] {
  const within = { start: Date.parse(from), end: Date.parse(to) };
  return openWindows(schedule, within).map(({ start, end }) => `${toInstant(start)} ${toInstant(end)}`);
}

describe("a window is wall-clock time in the schedule's zone", () => {
  test("Sunday 13:00-18:00 in New York is 17:00Z to 22:00Z on the day the clocks go forward", () => {
    const sunday = weekly(newYork, ["sun"], "13:00", "18:00");
    expect(opening(sunday, "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z")).toEqual([
      "2026-03-08T17:00:00Z 2026-03-08T22:00:00Z",
    ]);
  });

  test("the same hours are an hour later in UTC before the clocks go forward", () => {
    const hours = weekly(newYork, ["sat", "sun"], "09:00", "10:00");
    expect(opening(hours, "2026-03-07T00:00:00Z", "2026-03-09T00:00:00Z")).toEqual([
      "2026-03-07T14:00:00Z 2026-03-07T15:00:00Z",
      "2026-03-08T13:00:00Z 2026-03-08T14:00:00Z",
    ]);
  });

  test("Thursday's hours apply on Thursday evening in New York, though it is Friday in UTC", () => {
    const thursday = weekly(newYork, ["thu"], "18:00", "22:00");
    const friday = weekly(newYork, ["fri"], "18:00", "22:00");
    const evening = ["2026-02-12T20:00:00-05:00", "2026-02-12T22:00:00-05:00"] as const;
    expect(opening(thursday, ...evening)).toEqual(["2026-02-12T23:00:00Z 2026-02-13T03:00:00Z"]);
    expect(opening(friday, ...evening)).toEqual([]);
  });

  test("09:00-10:00 in Kolkata is 03:30Z to 04:30Z", () => {
    const monday = weekly("Asia/Kolkata", ["mon"], "09:00", "10:00");
    expect(opening(monday, "2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z")).toEqual([
      "2026-06-01T03:30:00Z 2026-06-01T04:30:00Z",
    ]);
  });
});

describe("a window belongs to the day on which it starts", () => {
  const tuesdayNight = weekly(newYork, ["tue"], "22:00", "06:00");
  const untilThursday = ["2026-06-02T04:00:00Z", "2026-06-04T04:00:00Z"] as const;
  const night = "2026-06-03T02:00:00Z 2026-06-03T10:00:00Z";
  const except = (...exceptions: DayException[]) => opening({ ...tuesdayNight, exceptions }, ...untilThursday);

  test("an end at or before the start is on the next day", () => {
    expect(opening(tuesdayNight, ...untilThursday)).toEqual([night]);
    expect(opening(weekly(newYork, ["tue"], "08:00", "08:00"), ...untilThursday)).toEqual([
      "2026-06-02T12:00:00Z 2026-06-03T12:00:00Z",
    ]);
  });

  test("closing Tuesday closes Tuesday's night up to its end on Wednesday", () => {
    expect(except({ date: "2026-06-02", closed: true })).toEqual([]);
  });

  test("closing Wednesday leaves Tuesday's night as it is", () => {
    expect(except({ date: "2026-06-03", closed: true })).toEqual([night]);
  });

  test("the last day a window counts keeps its night", () => {
    const until = (effectiveUntil: string): Schedule => ({
      zone: newYork,
      windows: [{ days: ["tue"], start: "22:00", end: "06:00", effectiveUntil }],
    });
    expect(opening(until("2026-06-02"), ...untilThursday)).toEqual([night]);
    expect(opening(until("2026-06-01"), ...untilThursday)).toEqual([]);
  });
});

describe("exceptions", () => {
  const working: Schedule = weekly("Europe/Berlin", ["mon", "tue"], "09:00", "17:00");
  const mondayAndTuesday = ["2026-05-31T22:00:00Z", "2026-06-02T22:00:00Z"] as const;
  const monday = "2026-06-01T07:00:00Z 2026-06-01T15:00:00Z";
  const tuesday = "2026-06-02T07:00:00Z 2026-06-02T15:00:00Z";
  const except = (...exceptions: DayException[]) => opening({ ...working, exceptions }, ...mondayAndTuesday);

  test("none leave the week as it is", () => {
    expect(except()).toEqual([monday, tuesday]);
  });

  test("a closed day has no hours", () => {
    expect(except({ date: "2026-06-01", closed: true })).toEqual([tuesday]);
  });

  test("a day's own hours replace the weekly ones wholly", () => {
    expect(except({ date: "2026-06-02", windows: [{ start: "18:00", end: "20:00" }] })).toEqual([
      monday,
      "2026-06-02T16:00:00Z 2026-06-02T18:00:00Z",
    ]);
  });

  test("a day without weekly hours can have its own, past midnight too", () => {
    const sunday: DayException = { date: "2026-05-31", windows: [{ start: "23:00", end: "01:00" }] };
    expect(except(sunday)).toEqual(["2026-05-31T21:00:00Z 2026-05-31T23:00:00Z", monday, tuesday]);
  });

  test("the last of several for one date counts", () => {
    const shut: DayException = { date: "2026-06-01", closed: true };
    const short: DayException = { date: "2026-06-01", windows: [{ start: "09:00", end: "10:00" }] };
    expect(except(shut, short)).toEqual(["2026-06-01T07:00:00Z 2026-06-01T08:00:00Z", tuesday]);
    expect(except(short, shut)).toEqual([tuesday]);
  });
});

describe("which windows are answered", () => {
  const daily = weekly("Asia/Tokyo", everyDay, "09:00", "10:00");

  test("a window counts from the first to the last of its days, both included, by the local calendar", () => {
    const twoDays: Schedule = {
      zone: "Asia/Tokyo",
      windows: [
        { days: everyDay, start: "01:00", end: "02:00", effectiveFrom: "2026-06-02", effectiveUntil: "2026-06-03" },
      ],
    };
    expect(opening(twoDays, "2026-05-25T00:00:00Z", "2026-06-15T00:00:00Z")).toEqual([
      "2026-06-01T16:00:00Z 2026-06-01T17:00:00Z",
      "2026-06-02T16:00:00Z 2026-06-02T17:00:00Z",
    ]);
  });

  test("a window that ends where the search begins, or begins where it ends, is not among them", () => {
    expect(opening(daily, "2026-06-01T01:00:00Z", "2026-06-02T00:00:00Z")).toEqual([]);
  });

  test("a window that reaches into the search by a moment is answered whole", () => {
    expect(opening(daily, "2026-06-01T00:59:59.999Z", "2026-06-02T00:00:00.001Z")).toEqual([
      "2026-06-01T00:00:00Z 2026-06-01T01:00:00Z",
      "2026-06-02T00:00:00Z 2026-06-02T01:00:00Z",
    ]);
  });

  test("they come in the order of time, however the schedule lists them", () => {
    const jumbled: Schedule = {
      zone: "Asia/Tokyo",
      windows: [
        { days: ["tue", "mon"], start: "13:00", end: "17:00" },
        { days: ["mon"], start: "09:00", end: "14:00" },
      ],
    };
    expect(opening(jumbled, "2026-06-01T00:00:00Z", "2026-06-03T00:00:00Z")).toEqual([
      "2026-06-01T00:00:00Z 2026-06-01T05:00:00Z",
      "2026-06-01T04:00:00Z 2026-06-01T08:00:00Z",
      "2026-06-02T04:00:00Z 2026-06-02T08:00:00Z",
    ]);
  });

  test("a schedule without windows is never open", () => {
    expect(opening({ zone: "Asia/Tokyo", windows: [] }, "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z")).toEqual([]);
  });
});
