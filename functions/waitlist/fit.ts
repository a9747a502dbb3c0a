import { openWindows } from "../availability/opening-hours.ts";
import { type Interval, toMs } from "../kernel/instant.ts";
import type { Entry, KeptEntry } from "./model.ts";

const everyDay = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** The better first: the higher priority, then the older. */
export function byRank({ entry: a }: KeptEntry, { entry: b }: KeptEntry): number {
  return b.priority - a.priority || toMs(a.createdAt) - toMs(b.createdAt) || (a.id < b.id ? -1 : 1);
}

/**
 * Tells of open times within a stretch whether they suit an entry: its window, its days and hours on the clocks of its
 * zone or else the practitioner's, and none of the starts that it has refused.
 */
export function suiting(
  { entry, refused }: KeptEntry,
  practitionerZone: string,
  within: Interval,
): (slot: Interval) => boolean {
  const window = { start: toMs(entry.from), end: toMs(entry.to) };
  const isWished = wishedHours(entry, practitionerZone, within);
  const isRefused = new Set(refused.map(toMs));
  return (slot) =>
    slot.start >= window.start && slot.start < window.end && !isRefused.has(slot.start) && isWished(slot);
}

/** Days and hours are windows like a schedule's, so clock changes move them as they move opening hours. */
function wishedHours({ weekdays, hours, timeZone }: Entry, zone: string, within: Interval) {
  if (!weekdays && !hours) return () => true;
  const { start, end } = hours ?? { start: "00:00", end: "00:00" };
  const windows = openWindows(
    { zone: timeZone ?? zone, windows: [{ days: [...(weekdays ?? everyDay)], start, end }] },
    within,
  );
  return (slot: Interval) =>
    windows.some((window) => window.start <= slot.start && (hours ? slot.end : slot.start + 1) <= window.end);
}
