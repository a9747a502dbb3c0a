import { describe, expect, test } from "vitest";
import { openSlots, type SlotSearch, type Timing } from "../../functions/availability/model.ts";
import type { Schedule, WeeklyWindow } from "../../functions/availability/opening-hours.ts";
import type { Interval } from "../../functions/kernel/instant.ts";
import { toInstant } from "../../functions/kernel/instant.ts";

const everyDay: WeeklyWindow["days"] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const newYork = "America/New_York";
const halfHour: Timing = {
  durationMinutes: 30,
  slotIntervalMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
};

function daily(zone: string, ...hours: [start: string, end: string][]): Schedule {
  return { zone, windows: hours.map(([start, end]) => ({ days: everyDay, start, end })) };
}

function between(start: string, end: string): Interval {
  return { start: Date.parse(start), end: Date.parse(end) };
}

/** A morning in UTC with hours from 09:00 to 12:00 and nothing else in the way. */
const morning: SlotSearch = {
  schedule: daily("UTC", ["09:00", "12:00"]),
  timing: halfHour,
  within: between("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z"),
  now: 0,
  busy: [],
};

/** The starts found, as instants. */
function starts(search: Partial<SlotSearch>): string[] {
  return [...openSlots({ ...morning, ...search })].map(({ start }) => toInstant(start));
}

/** The starts found on the morning, as times of the clock. */
function times(search: Partial<SlotSearch>): string[] {
  return starts(search).map((start) => start.slice(11, 16));
}

describe("slots are laid from a window's start by elapsed time", () => {
  test("01:00-04:00 in New York has four half hours on the day the clocks go forward", () => {
    const schedule = daily(newYork, ["01:00", "04:00"]);
    expect(starts({ schedule, within: between("2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00") })).toEqual([
      "2026-03-08T06:00:00Z",
      "2026-03-08T06:30:00Z",
      "2026-03-08T07:00:00Z",
      "2026-03-08T07:30:00Z",
    ]);
  });

  test("00:00-03:00 in New York has eight half hours on the day the clocks go back", () => {
    const schedule = daily(newYork, ["00:00", "03:00"]);
    expect(starts({ schedule, within: between("2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00") })).toEqual([
      "2026-11-01T04:00:00Z",
      "2026-11-01T04:30:00Z",
      "2026-11-01T05:00:00Z",
      "2026-11-01T05:30:00Z",
      "2026-11-01T06:00:00Z",
      "2026-11-01T06:30:00Z",
      "2026-11-01T07:00:00Z",
      "2026-11-01T07:30:00Z",
    ]);
  });

  test("09:00-10:00 in Kolkata has half hours at 03:30Z and 04:00Z", () => {
    const schedule = daily("Asia/Kolkata", ["09:00", "10:00"]);
    expect(starts({ schedule })).toEqual(["2026-06-01T03:30:00Z", "2026-06-01T04:00:00Z"]);
  });

  test("hours keep their step across Lord Howe's half-hour change", () => {
    const schedule = daily("Australia/Lord_Howe", ["01:00", "04:00"]);
    const timing = { ...halfHour, durationMinutes: 60, slotIntervalMinutes: 60 };
    expect(starts({ schedule, timing, within: between("2026-10-03T13:30:00Z", "2026-10-04T12:00:00Z") })).toEqual([
      "2026-10-03T14:30:00Z",
      "2026-10-03T15:30:00Z",
    ]);
  });

  test("a step longer than the visit leaves time between, a shorter one makes visits overlap", () => {
    expect(times({ timing: { ...halfHour, slotIntervalMinutes: 75 } })).toEqual(["09:00", "10:15", "11:30"]);
    expect(times({ timing: { ...halfHour, durationMinutes: 150, slotIntervalMinutes: 15 } })).toEqual([
      "09:00",
      "09:15",
      "09:30",
    ]);
  });
});

describe("a visit lies wholly within one window", () => {
  test("the last slot ends with the window", () => {
    expect(times({})).toEqual(["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]);
    expect(times({ timing: { ...halfHour, durationMinutes: 35 } })).toEqual([
      "09:00",
      "09:30",
      "10:00",
      "10:30",
      "11:00",
    ]);
  });

  test("two windows that adjoin are not one", () => {
    const schedule = daily("UTC", ["09:00", "10:00"], ["10:00", "11:00"]);
    expect(times({ schedule, timing: { ...halfHour, durationMinutes: 45, slotIntervalMinutes: 15 } })).toEqual([
      "09:00",
      "09:15",
      "10:00",
      "10:15",
    ]);
  });

  test("windows that overlap each lay their own slots, and a time is offered once", () => {
    const schedule = daily("UTC", ["09:00", "10:30"], ["09:30", "11:00"], ["09:45", "10:30"]);
    expect(times({ schedule })).toEqual(["09:00", "09:30", "09:45", "10:00", "10:30"]);
  });

  test("a window shorter than the visit has none", () => {
    expect(times({ schedule: daily("UTC", ["09:00", "09:25"]) })).toEqual([]);
  });

  test("a night from Tuesday to Wednesday is offered across midnight", () => {
    const schedule: Schedule = { zone: newYork, windows: [{ days: ["tue"], start: "22:00", end: "06:00" }] };
    const offered = starts({
      schedule,
      timing: { ...halfHour, slotIntervalMinutes: 15 },
      within: between("2026-06-02T23:40:00-04:00", "2026-06-03T12:00:00-04:00"),
    });
    expect(offered[0]).toBe("2026-06-03T03:45:00Z");
    expect(offered.at(-1)).toBe("2026-06-03T09:30:00Z");
  });
});
