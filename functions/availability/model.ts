import type { Interval } from "../kernel/instant.ts";
import { type OpenWindow, openWindows, type Schedule } from "./opening-hours.ts";

/** How long a service takes, in what steps it may start, and what it needs before and after. */
export interface Timing {
  durationMinutes: number;
  slotIntervalMinutes: number;
  bufferBeforeMinutes: number;
  bufferAfterMinutes: number;
}

export type Place = "open" | "outside-opening-hours" | "off-slot-grid";

export interface SlotSearch {
  schedule: Schedule;
  timing: Timing;
  /** Where the starts must lie. */
  within: Interval;
  /** Starts before it are not offered; one at this very instant is. */
  now: number;
  /**
   * What the practitioner cannot give away, in any order: claims of appointments, holds, time off. It must be known
   * from the start of `claimOf(timing, within.start)` to the end of `claimOf(timing, within.end)`.
   */
  busy: readonly Interval[];
}

const minute = 60_000;

/**
 * Whether an appointment may start at that instant (ms since 1970) by the schedule alone. Its duration, not its
 * buffers, must lie within one window; `off-slot-grid` says that it does, but no such window has a slot there.
 */
export function placeOf(schedule: Schedule, timing: Timing, start: number): Place {
  const end = start + timing.durationMinutes * minute;
  const around = openWindows(schedule, { start, end }).filter((window) => window.start <= start && end <= window.end);
  if (around.length === 0) return "outside-opening-hours";
  return around.some((window) => firstSlot(window, timing, start) === start) ? "open" : "off-slot-grid";
}

/**
 * Where an appointment at that instant is, if its window says: the first window with a slot there, as a search finds it; or
 * else, since staff may set hours and grid aside, the first that it lies in or begins in.
 */
export function locationAt(schedule: Schedule, timing: Timing, start: number): OpenWindow["location"] {
  const end = start + timing.durationMinutes * minute;
  const around = openWindows(schedule, { start, end }).filter((window) => window.start <= start && start < window.end);
  const window =
    around.find((each) => firstSlot(each, timing, start) === start) ??
    around.find((each) => end <= each.end) ??
    around[0];
  return window?.location;
}

/** What an appointment takes of its practitioner: buffers included, so that those of neighbours add up. */
export function claimOf(timing: Timing, start: number): Interval {
  return {
    start: start - timing.bufferBeforeMinutes * minute,
    end: start + (timing.durationMinutes + timing.bufferAfterMinutes) * minute,
  };
}

/** The times that can still be booked, ascending by start, buffers left out. Lazy: a page takes what it needs. */
export function* openSlots({ schedule, timing, within, now, busy }: SlotSearch): Generator<OpenWindow, void> {
  const isTaken = takenBy(busy);
  for (const { start, window } of starts(schedule, timing, { start: Math.max(within.start, now), end: within.end })) {
    if (isTaken(claimOf(timing, start))) continue;
    const { location } = window;
    yield { start, end: start + timing.durationMinutes * minute, ...(location ? { location } : {}) };
  }
}

/** A slot's start, and the window it is in: the first of those that have a slot there. */
interface Start {
  start: number;
  window: OpenWindow;
}

/** The starts of all windows' slots, each once, ascending. */
function* starts(schedule: Schedule, timing: Timing, within: Interval): Generator<Start, void> {
  const windows = openWindows(schedule, within);
  let from = within.start;
  for (;;) {
    while (windows[0] && windows[0].end <= from) windows.shift();
    const next = nextSlot(windows, timing, from);
    if (!next || next.start >= within.end) return;
    yield next;
    from = next.start + 1;
  }
}

/** The first slot at or after `from` of windows sorted by start, if there is one. */
function nextSlot(windows: readonly OpenWindow[], timing: Timing, from: number): Start | undefined {
  let next: Start | undefined;
  for (const window of windows) {
    if (next && window.start >= next.start) break;
    const start = firstSlot(window, timing, from);
    if (start < (next?.start ?? Number.POSITIVE_INFINITY)) next = { start, window };
  }
  return next;
}

/** The same of one window. Laid by elapsed time, so a clock change inside the window moves no slot. */
function firstSlot(window: Interval, { durationMinutes, slotIntervalMinutes }: Timing, from: number): number {
  const step = slotIntervalMinutes * minute;
  const slot = window.start + Math.max(0, Math.ceil((from - window.start) / step)) * step;
  return slot + durationMinutes * minute <= window.end ? slot : Number.POSITIVE_INFINITY;
}

/** Answers whether a claim meets anything busy; it must be asked about claims in ascending order. */
function takenBy(busy: readonly Interval[]): (claim: Interval) => boolean {
  const taken = merge(busy);
  let next = 0;
  return (claim) => {
    while ((taken[next]?.end ?? Number.POSITIVE_INFINITY) <= claim.start) next++;
    return (taken[next]?.start ?? Number.POSITIVE_INFINITY) < claim.end;
  };
}

/** The same times ascending and apart from each other, without the empty ones. */
function merge(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const { start, end } of intervals.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (start >= end) continue;
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}
