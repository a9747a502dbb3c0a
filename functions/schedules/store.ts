import { absent, atVersion, put, remove, type Write } from "../kernel/commit.ts";
import { type Instant, sortable } from "../kernel/instant.ts";
import { type Keyring, openFor, sealFor } from "../kernel/keyring.ts";
import { happened } from "../kernel/outbox.ts";
import { stale } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { get, type Item, keyOf, query } from "../kernel/table.ts";
import type { Schedule, TimeOff } from "./model.ts";

export const scheduleAt = (clinic: string, practitioner: string) =>
  keyOf("schedule", [clinic, practitioner], "SCHEDULE");
const timeOffAt = (clinic: string, practitioner: string, id: string) =>
  keyOf("schedule", [clinic, practitioner], `OFF#${id}`);

export async function findSchedule(clinic: string, practitioner: string): Promise<Schedule | undefined> {
  const item = await get(scheduleAt(clinic, practitioner));
  return item && scheduleOf(item);
}

/** A schedule from its row. */
export function scheduleOf(item: Item): Schedule {
  const { practitioner, zone, windows, exceptions, version, updatedAt } = item as unknown as Schedule;
  return { practitioner, zone, windows, exceptions, version, updatedAt };
}

/** The writes that replace a schedule. */
export function replacing(clinic: string, seen: Schedule, next: Schedule): Write[] {
  const about = { practitioner: next.practitioner, version: next.version };
  return [
    put(scheduleAt(clinic, next.practitioner), { ...next }, atVersion(seen.version, stale)),
    happened(clinic, "schedule.replaced", about, next.updatedAt),
  ];
}

/** One page of a practitioner's time off, earliest first; `last` is there while more may follow. */
export async function findTimesOff(
  keyring: Keyring,
  practitioner: string,
  after: Record<string, unknown> | undefined,
  limit: number,
) {
  const { items, last } = await query(timeOffAt(keyring.clinic, practitioner, ""), { byDate: true, after, limit });
  return { items: items.map((item) => timeOffOf(keyring, item)), last };
}

export async function findTimeOff(
  clinic: string,
  practitioner: string,
  id: string,
): Promise<{ start: Instant; end: Instant } | undefined> {
  const item = await get(timeOffAt(clinic, practitioner, id));
  return item as { start: Instant; end: Instant } | undefined;
}

function timeOffOf(keyring: Keyring, item: Item): TimeOff {
  const { id, practitioner, start, end, createdAt } = item as unknown as TimeOff;
  const { reason } = openFor<{ reason?: string }>(keyring, "time-off", id, 1, item["sealed"]);
  return { id, practitioner, start, end, reason, createdAt };
}

/** The writes that keep a time off; those of the day-book come beside. */
export function takingOff(keyring: Keyring, { reason, ...off }: TimeOff): Write[] {
  const { clinic } = keyring;
  const row = { ...off, at: sortable(off.start), sealed: sealFor(keyring, "time-off", off.id, 1, { reason }) };
  return [
    put(
      timeOffAt(clinic, off.practitioner, off.id),
      row,
      absent(() => new Error("there is a time off of that id")),
    ),
    happened(clinic, "time-off.added", { practitioner: off.practitioner, timeOff: off.id }, off.createdAt),
  ];
}

export function givingBack(clinic: string, practitioner: string, id: string, now: Instant): Write[] {
  const there = { condition: "attribute_exists(pk)", lost: missing };
  return [
    remove(timeOffAt(clinic, practitioner, id), there),
    happened(clinic, "time-off.removed", { practitioner, timeOff: id }, now),
  ];
}
