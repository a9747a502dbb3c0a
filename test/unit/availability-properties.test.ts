import fc from "fast-check";
import { expect, test } from "vitest";
import { openSlots, placeOf, type SlotSearch, type Timing } from "../../functions/availability/model.ts";
import { type DayException, openWindows, type WeeklyWindow } from "../../functions/availability/opening-hours.ts";
import type { Interval } from "../../functions/kernel/instant.ts";
import { clockChanges, plainSlots, plainWindows } from "../support/plain-schedule.ts";

const runs = Number(process.env.PROPERTY_RUNS ?? 200);
const patience = 20_000 + runs * 200;

const minute = 60_000;
const day = 86_400_000;

/** Both hemispheres, gaps at midnight, changes by half an hour and by two, odd offsets, one day skipped altogether. */
const zones = [
  ["UTC", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tokyo", "Pacific/Kiritimati", "Europe/London", "Europe/Berlin"],
  ["America/New_York", "America/St_Johns", "America/Havana", "America/Nuuk", "America/Scoresbysund", "Atlantic/Azores"],
  ["America/Santiago", "America/Sao_Paulo", "America/Asuncion", "America/Caracas", "Antarctica/Troll", "Africa/Cairo"],
  ["Africa/Casablanca", "Asia/Beirut", "Asia/Gaza", "Asia/Tehran", "Asia/Pyongyang", "Europe/Moscow", "Pacific/Apia"],
  [
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Easter",
    "Pacific/Norfolk",
  ],
].flat();

const changes = new Map(zones.map((zone) => [zone, clockChanges(zone, 2009, 2036)]));

/** A zone, and an instant that mostly lies about a change of its clocks. */
const place = fc.constantFrom(...zones).chain((zone) => {
  const anyTime = fc.integer({ min: Date.UTC(2009, 0, 1), max: Date.UTC(2036, 0, 1) });
  const known = changes.get(zone) ?? [];
  const nearChange = fc
    .tuple(fc.constantFrom(...(known.length > 0 ? known : [0])), fc.integer({ min: -36 * 60, max: 60 * 60 }))
    .map(([change, minutes]) => change + minutes * minute);
  const about = known.length > 0 ? fc.oneof({ arbitrary: nearChange, weight: 5 }, anyTime) : anyTime;
  return fc.record({ zone: fc.constant(zone), about });
});

const clockTime = fc
  .oneof(fc.integer({ min: 0, max: 287 }), fc.integer({ min: 0, max: 54 }), fc.integer({ min: 264, max: 287 }))
  .map((cell) => `${String(Math.floor(cell / 12)).padStart(2, "0")}:${String((cell % 12) * 5).padStart(2, "0")}`);

const hours = fc.record({ start: clockTime, end: clockTime });

/** A date within some days of an instant. */
function dateNear(about: number): fc.Arbitrary<string> {
  return fc.integer({ min: -4, max: 4 }).map((days) => new Date(about + days * day).toISOString().slice(0, 10));
}

function weeklyWindow(about: number): fc.Arbitrary<WeeklyWindow> {
  const days = fc.subarray(["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const, { minLength: 1 });
  const effective = fc.record(
    { effectiveFrom: dateNear(about), effectiveUntil: dateNear(about) },
    { requiredKeys: [] },
  );
  return fc.tuple(days, hours, effective).map(([on, clock, between]) => ({ days: [...on], ...clock, ...between }));
}

function exception(about: number): fc.Arbitrary<DayException> {
  return fc.oneof(
    fc.record({ date: dateNear(about), closed: fc.constant(true as const) }),
    fc.record({ date: dateNear(about), windows: fc.array(hours, { minLength: 1, maxLength: 3 }) }),
  );
}

const inFives = (min: number, max: number) => fc.integer({ min: min / 5, max: max / 5 }).map((fives) => fives * 5);

const timing: fc.Arbitrary<Timing> = fc.record({
  durationMinutes: fc.oneof(inFives(5, 60), inFives(5, 450)),
  slotIntervalMinutes: fc.oneof(inFives(5, 60), inFives(5, 1440)),
  bufferBeforeMinutes: fc.oneof(fc.constant(0), inFives(0, 120)),
  bufferAfterMinutes: fc.oneof(fc.constant(0), inFives(0, 120)),
});

/** Something busy a few hours about a time: mostly on a five-minute mark, now and then empty or turned round. */
function busyTime(about: number): fc.Arbitrary<Interval> {
  const jitter = fc.oneof({ arbitrary: fc.constant(0), weight: 4 }, fc.integer({ min: -1, max: 1 }));
  return fc.tuple(inFives(-240, 3000), inFives(-15, 300), jitter).map(([from, length, ms]) => {
    const start = about + from * minute;
    return { start, end: start + length * minute + ms };
  });
}

const search: fc.Arbitrary<SlotSearch> = place.chain(({ zone, about }) => {
  const start = Math.floor(about / (5 * minute)) * 5 * minute;
  const edge = fc.oneof(fc.constant(0), fc.integer({ min: -1, max: 1 }), fc.integer({ min: 0, max: 5 * minute }));
  return fc
    .record({
      windows: fc.array(weeklyWindow(about), { maxLength: 5 }),
      exceptions: fc.option(fc.array(exception(about), { maxLength: 4 }), { nil: undefined }),
      timing,
      busy: fc.array(busyTime(start), { maxLength: 6 }),
      length: fc.integer({ min: 0, max: 48 * 60 }),
      edges: fc.tuple(edge, edge, edge),
      notice: fc.oneof(
        fc.constant(-day),
        inFives(-60, 1440).map((minutes) => minutes * minute),
      ),
    })
    .map(({ windows, exceptions, timing, busy, length, edges, notice }) => ({
      schedule: { zone, windows, exceptions },
      timing,
      busy,
      within: { start: start + edges[0], end: start + length * minute + edges[1] },
      now: start + notice + edges[2],
    }));
});

test("the open slots are those of the plain model", { timeout: patience }, () => {
  fc.assert(
    fc.property(search, (asked) => {
      expect([...openSlots(asked)]).toEqual(plainSlots(asked));
    }),
    { numRuns: runs },
  );
});

test("the opening windows are those of the plain model, ascending", { timeout: patience }, () => {
  fc.assert(
    fc.property(search, ({ schedule, within }) => {
      const plain = plainWindows(schedule, within).sort((a, b) => a.start - b.start || a.end - b.end);
      expect(openWindows(schedule, within)).toEqual(plain);
    }),
    { numRuns: runs },
  );
});

test("a time is in place if, and only if, a search with nothing busy offers it", { timeout: patience }, () => {
  fc.assert(
    fc.property(search, ({ schedule, timing, within }) => {
      const offered = new Set([...openSlots({ schedule, timing, within, now: 0, busy: [] })].map(({ start }) => start));
      const placed = new Set<number>();
      for (let at = Math.ceil(within.start / minute) * minute; at < within.end; at += minute) {
        if (placeOf(schedule, timing, at) === "open") placed.add(at);
      }
      expect(placed).toEqual(offered);
    }),
    { numRuns: Math.ceil(runs / 10) },
  );
});

test("a time is off the grid, not outside the hours, where one window of the plain model holds all of it", {
  timeout: patience,
}, () => {
  fc.assert(
    fc.property(search, fc.integer({ min: 0, max: 48 * 60 }), ({ schedule, timing, within }, minutes) => {
      const start = within.start + minutes * minute;
      const visit = { start, end: start + timing.durationMinutes * minute };
      const around = plainWindows(schedule, visit).filter((window) => window.start <= start && visit.end <= window.end);
      expect(placeOf(schedule, timing, start) !== "outside-opening-hours").toBe(around.length > 0);
    }),
    { numRuns: runs },
  );
});
