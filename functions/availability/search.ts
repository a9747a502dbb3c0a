import { busyOf, type Day, dayOf } from "../appointments/day-book.ts";
import { findDays } from "../appointments/day-book-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { type Interval, toMs } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { missing } from "../kernel/problem.ts";
import { rulesFor } from "../policy/model.ts";
import { findPolicy } from "../policy/store.ts";
import { isPractitioner } from "../practitioners/store.ts";
import type { Schedule } from "../schedules/model.ts";
import type { Service } from "../services/model.ts";
import { findService } from "../services/store.ts";
import { inTurns } from "./in-turns.ts";
import { claimOf, openSlots } from "./model.ts";
import type { OpenWindow } from "./opening-hours.ts";
import { search as route } from "./routes.ts";
import { findActiveSchedules, fullDays, roomIn } from "./store.ts";
import { written } from "./written.ts";

/** A time open with one practitioner; also where a page ends. */
interface Slot extends Interval {
  practitioner: Schedule["practitioner"];
  location?: OpenWindow["location"];
}

export const handler = endpoint(route, async ({ query, caller, now }) => {
  const { clinic } = caller;
  const [keyring, service, policy] = await Promise.all([
    openKeyring(clinic),
    findService(clinic, query.service),
    findPolicy(clinic),
  ]);
  if (!service) throw missing();
  const list = listing("availability.search", query);
  const limit = limitOf(list);
  const after = positionOf<Slot>(keyring, list);
  const offering = service.practitioners.filter((id) => !query.practitioner || id === query.practitioner);
  if (query.practitioner && offering.length === 0 && !(await isPractitioner(clinic, query.practitioner)))
    throw missing();
  const schedules = service.active ? await findActiveSchedules(clinic, offering) : [];
  const { minimumNoticeMinutes = 0, horizonDays = 36_500, maxPerDay } = rulesFor(policy, service);
  const horizon = toMs(now) + horizonDays * 86_400_000 + 1;
  const within = { start: after?.start ?? toMs(query.from), end: Math.min(toMs(query.to), horizon) };
  const earliest = toMs(now) + minimumNoticeMinutes * 60_000;
  const [hasRoom, isFull] = await Promise.all([
    roomIn(clinic, service, within, now),
    fullDays(clinic, service, maxPerDay, within, now),
  ]);
  const search = { clinic, service, within, now: toMs(now), earliest, hasRoom, isFull };
  const found = await inTurns(schedules, (schedule) => openWith(schedule, search, limit + 1, after));
  const slots = found.flat().sort(inOrder);
  const items = slots.slice(0, limit);
  const last = slots.length > limit ? items.at(-1) : undefined;
  return { items: items.map((slot) => written(slot, query.timeZone)), next: last && cursorTo(keyring, list, last) };
});

interface Search {
  clinic: string;
  service: Service;
  within: Interval;
  now: number;
  /** Where the minimum notice ends. */
  earliest: number;
  /** Whether the rooms and devices that the service needs are free then, for the practitioner of those days, where they are. */
  hasRoom: (practitioner: readonly Day[], start: number, location?: string) => boolean;
  /** Whether the service admits no more on the local day of a start. */
  isFull: (start: number, zone: string) => boolean;
}

/** A practitioner's first open times after a position: one range read of the day-book, however much is booked. */
async function openWith(
  schedule: Schedule,
  { clinic, service: timing, within, now, earliest, hasRoom, isFull }: Search,
  enough: number,
  after?: Slot,
): Promise<Slot[]> {
  const { practitioner, zone } = schedule;
  const from = dayOf(claimOf(timing, within.start).start);
  const to = dayOf(claimOf(timing, within.end).end);
  const days = await Array.fromAsync(findDays(clinic, practitioner, from, to));
  const busy = days.flatMap((day) => busyOf(day, now, timing.capacity));
  const open: Slot[] = [];
  for (const { start, end, location } of openSlots({ schedule, timing, within, now: earliest, busy })) {
    if (isFull(start, zone) || !hasRoom(days, start, location)) continue;
    const slot = { start, end, practitioner, location };
    if (!after || inOrder(after, slot) < 0) open.push(slot);
    if (open.length === enough) break;
  }
  return open;
}

function inOrder(a: Slot, b: Slot): number {
  return a.start - b.start || (a.practitioner < b.practitioner ? -1 : Number(a.practitioner > b.practitioner));
}
