import { expect, test } from "vitest";
import { locationAt, openSlots, placeOf, type Timing } from "../../functions/availability/model.ts";
import type { Schedule, WeeklyWindow } from "../../functions/availability/opening-hours.ts";

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

const morning = daily("UTC", ["09:00", "12:00"]);
const quarter = { ...halfHour, slotIntervalMinutes: 15 };
const tuesdayNight: Schedule = { zone: newYork, windows: [{ days: ["tue"], start: "22:00", end: "06:00" }] };
const place = (schedule: Schedule, timing: Timing, start: string) => placeOf(schedule, timing, Date.parse(start));

test("Wednesday 05:30 for half an hour is the last of Tuesday's night, 05:45 is past it", () => {
  expect(place(tuesdayNight, quarter, "2026-06-03T05:30:00-04:00")).toBe("open");
  expect(place(tuesdayNight, quarter, "2026-06-03T05:45:00-04:00")).toBe("outside-opening-hours");
});

test("23:45 for half an hour is open across midnight", () => {
  expect(place(tuesdayNight, quarter, "2026-06-02T23:45:00-04:00")).toBe("open");
});

test("Tuesday before six in the morning is not part of Tuesday's night", () => {
  expect(place(tuesdayNight, quarter, "2026-06-02T05:30:00-04:00")).toBe("outside-opening-hours");
});

test("a time within the hours but between two slots is off the grid, be it by a second", () => {
  expect(place(morning, halfHour, "2026-06-01T10:10:00Z")).toBe("off-slot-grid");
  expect(place(morning, halfHour, "2026-06-01T10:00:01Z")).toBe("off-slot-grid");
});

test("a time on the grid of a window that it does not fit into is off the grid of the one it does", () => {
  const schedule = daily("UTC", ["09:00", "12:00"], ["09:10", "10:15"]);
  expect(place(schedule, halfHour, "2026-06-01T09:40:00Z")).toBe("open");
  expect(place(schedule, halfHour, "2026-06-01T10:10:00Z")).toBe("off-slot-grid");
});

test("a time that begins or ends outside the hours is outside, on the grid or not", () => {
  expect(place(morning, halfHour, "2026-06-01T08:30:00Z")).toBe("outside-opening-hours");
  expect(place(morning, halfHour, "2026-06-01T08:55:00Z")).toBe("outside-opening-hours");
  expect(place(morning, halfHour, "2026-06-01T11:45:00Z")).toBe("outside-opening-hours");
  expect(place(morning, halfHour, "2026-06-01T11:30:00.001Z")).toBe("outside-opening-hours");
  expect(place(morning, halfHour, "2026-06-01T08:59:59.999Z")).toBe("outside-opening-hours");
});

test("a time across two windows that adjoin is outside", () => {
  const schedule = daily("UTC", ["09:00", "10:00"], ["10:00", "11:00"]);
  expect(place(schedule, quarter, "2026-06-01T09:45:00Z")).toBe("outside-opening-hours");
});

test("buffers do not have to lie within the hours", () => {
  expect(place(morning, { ...halfHour, bufferBeforeMinutes: 60, bufferAfterMinutes: 60 }, "2026-06-01T11:30:00Z")).toBe(
    "open",
  );
});

test("a booking is at the location that the search told, also where windows of two locations overlap", () => {
  const loc = (name: string) => `loc_${name.padEnd(22, "0")}` as const;
  const windows = [
    { days: everyDay, start: "09:20", end: "11:00", location: loc("B") },
    { days: everyDay, start: "09:00", end: "10:30", location: loc("A") },
    { days: everyDay, start: "10:30", end: "12:00" },
  ];
  const schedule: Schedule = { zone: "UTC", windows };
  const within = { start: Date.parse("2026-06-01T00:00:00Z"), end: Date.parse("2026-06-02T00:00:00Z") };
  const slots = [...openSlots({ schedule, timing: halfHour, within, now: 0, busy: [] })];
  expect(slots.map(({ location }) => location?.[4])).toEqual([
    "A",
    "B",
    "A",
    "B",
    "A",
    "B",
    undefined,
    undefined,
    undefined,
  ]);
  for (const { start, location } of slots) expect(locationAt(schedule, halfHour, start)).toBe(location);
});

test("what staff place off the grid or beyond the hours is where it lies, or else where it begins", () => {
  const location = `loc_${"A".padEnd(22, "0")}` as const;
  const schedule: Schedule = { zone: "UTC", windows: [{ days: everyDay, start: "09:00", end: "10:00", location }] };
  const where = (start: string) => locationAt(schedule, halfHour, Date.parse(start));
  expect(where("2026-06-01T09:10:00Z")).toBe(location);
  expect(where("2026-06-01T09:50:00Z")).toBe(location);
  expect(where("2026-06-01T08:50:00Z")).toBeUndefined();
  expect(where("2026-06-01T10:00:00Z")).toBeUndefined();
});
