import { describe, expect, test } from "vitest";
import { claimOf, openSlots, type SlotSearch, type Timing } from "../../functions/availability/model.ts";
import type { WeeklyWindow } from "../../functions/availability/opening-hours.ts";
import type { Interval } from "../../functions/kernel/instant.ts";
import { toInstant } from "../../functions/kernel/instant.ts";

const everyDay: WeeklyWindow["days"] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const halfHour: Timing = {
  durationMinutes: 30,
  slotIntervalMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
};

function between(start: string, end: string): Interval {
  return { start: Date.parse(start), end: Date.parse(end) };
}

/** A morning in UTC with hours from 09:00 to 12:00 and nothing else in the way. */
const morning: SlotSearch = {
  schedule: { zone: "UTC", windows: [{ days: everyDay, start: "09:00", end: "12:00" }] },
  timing: halfHour,
  within: between("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z"),
  now: 0,
  busy: [],
};

/** The starts found on the morning, as times of the clock. */
function times(search: Partial<SlotSearch>): string[] {
  return [...openSlots({ ...morning, ...search })].map(({ start }) => toInstant(start).slice(11, 16));
}

const onMorning = (start: string, end: string) => between(`2026-06-01T${start}:00Z`, `2026-06-01T${end}:00Z`);

describe("what is busy", () => {
  test("takes the slots it overlaps and none that it only touches", () => {
    expect(times({ busy: [onMorning("09:30", "10:00")] })).toEqual(["09:00", "10:00", "10:30", "11:00", "11:30"]);
    expect(times({ busy: [onMorning("09:35", "10:05")] })).toEqual(["09:00", "10:30", "11:00", "11:30"]);
  });

  test("may come in any order, overlap itself and lie outside the hours", () => {
    const busy = [
      onMorning("11:00", "11:10"),
      onMorning("09:00", "10:30"),
      onMorning("07:00", "08:00"),
      onMorning("09:10", "09:20"),
      onMorning("10:20", "10:31"),
    ];
    expect(times({ busy })).toEqual(["11:30"]);
  });

  test("takes nothing where it is empty", () => {
    expect(times({ busy: [onMorning("09:15", "09:15"), onMorning("10:50", "10:40")] })).toHaveLength(6);
  });

  test("may be time off over the whole search", () => {
    expect(times({ busy: [between("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")] })).toEqual([]);
  });
});

describe("buffers", () => {
  const tenBefore = { ...halfHour, slotIntervalMinutes: 10, bufferBeforeMinutes: 10 };
  const tenAfter = { ...halfHour, bufferAfterMinutes: 10 };

  test("of neighbours add up: 10 minutes after a visit to 10:30 and 10 before the next put it at 10:50", () => {
    const taken = claimOf(tenAfter, Date.parse("2026-06-01T10:00:00Z"));
    const offered = times({ timing: tenBefore, busy: [taken] });
    expect(offered).not.toContain("10:40");
    expect(offered.find((time) => time > "10:00")).toBe("10:50");
  });

  test("must be free before and after the visit", () => {
    const both = { ...halfHour, bufferBeforeMinutes: 10, bufferAfterMinutes: 20 };
    expect(times({ timing: both, busy: [onMorning("10:20", "10:25")] })).toEqual(["09:00", "09:30", "11:00", "11:30"]);
  });

  test("may lie outside the opening hours, and must be free there too", () => {
    const both = { ...halfHour, bufferBeforeMinutes: 30, bufferAfterMinutes: 30 };
    expect(times({ timing: both })).toEqual(["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]);
    expect(times({ timing: both, busy: [onMorning("08:30", "08:35"), onMorning("12:25", "12:30")] })).toEqual([
      "09:30",
      "10:00",
      "10:30",
      "11:00",
    ]);
  });

  test("belong to what an appointment claims", () => {
    const both = { ...halfHour, bufferBeforeMinutes: 5, bufferAfterMinutes: 20 };
    expect(claimOf(both, Date.parse("2026-06-01T10:00:00Z"))).toEqual(onMorning("09:55", "10:50"));
  });

  test("are no part of the slot that is offered", () => {
    const both = { ...halfHour, bufferBeforeMinutes: 5, bufferAfterMinutes: 20 };
    expect([...openSlots({ ...morning, timing: both })][0]).toEqual(onMorning("09:00", "09:30"));
  });
});

describe("where the starts lie", () => {
  test("a start at the search's beginning is offered, one at its end is not", () => {
    expect(times({ within: onMorning("09:30", "10:30") })).toEqual(["09:30", "10:00"]);
  });

  test("a visit may end after the search does", () => {
    expect(times({ within: onMorning("11:20", "11:31") })).toEqual(["11:30"]);
  });

  test("a start at this very moment is offered, one a millisecond ago is not", () => {
    const now = Date.parse("2026-06-01T11:00:00Z");
    expect(times({ now })).toEqual(["11:00", "11:30"]);
    expect(times({ now: now + 1 })).toEqual(["11:30"]);
  });

  test("a search that is over offers nothing", () => {
    expect(times({ now: Date.parse("2026-07-01T00:00:00Z") })).toEqual([]);
  });

  test("a page can stop after its first slots", () => {
    const slots = openSlots({ ...morning, within: between("2026-06-01T00:00:00Z", "2026-07-02T00:00:00Z") });
    expect(slots.next().value).toEqual(onMorning("09:00", "09:30"));
    expect(slots.next().value).toEqual(onMorning("09:30", "10:00"));
    expect(slots.return().done).toBe(true);
  });
});
