import { busyOf, dayOf } from "../appointments/day-book.ts";
import { findDays } from "../appointments/day-book-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { type Interval, toMs } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { missing } from "../kernel/problem.ts";
import { isPractitioner } from "../practitioners/store.ts";
import type { Schedule } from "../schedules/model.ts";
import { findService } from "../services/store.ts";
import { claimOf, openSlots, type Timing } from "./model.ts";
import { search as route } from "./routes.ts";
import { findActiveSchedules } from "./store.ts";
import { written } from "./written.ts";

/** A time open with one practitioner; also where a page ends. */
interface Slot extends Interval {
  practitioner: Schedule["practitioner"];
}

export const handler = endpoint(route, async ({ query, caller, now }) => {
  const { clinic } = caller;
  const [keyring, service] = await Promise.all([openKeyring(clinic), findService(clinic, query.service)]);
  if (!service) throw missing();
  const list = listing("availability.search", query);
  const limit = limitOf(list);
  const after = positionOf<Slot>(keyring, list);
  const offering = service.practitioners.filter((id) => !query.practitioner || id === query.practitioner);
  if (query.practitioner && offering.length === 0 && !(await isPractitioner(clinic, query.practitioner)))
    throw missing();
  const schedules = service.active ? await findActiveSchedules(clinic, offering) : [];
  const search = {
    clinic,
    timing: service,
    within: { start: after?.start ?? toMs(query.from), end: toMs(query.to) },
    now: toMs(now),
  };
  const found = await inTurns(schedules, (schedule) => openWith(schedule, search, limit + 1, after));
  const slots = found.flat().sort(inOrder);
  const items = slots.slice(0, limit);
  const last = slots.length > limit ? items.at(-1) : undefined;
  return { items: items.map((slot) => written(slot, query.timeZone)), next: last && cursorTo(keyring, list, last) };
});

interface Search {
  clinic: string;
  timing: Timing;
  within: Interval;
  now: number;
}

/** A practitioner's first open times after a position: one range read of the day-book, however much is booked. */
async function openWith(
  schedule: Schedule,
  { clinic, timing, within, now }: Search,
  enough: number,
  after?: Slot,
): Promise<Slot[]> {
  const { practitioner } = schedule;
  const from = dayOf(claimOf(timing, within.start).start);
  const to = dayOf(claimOf(timing, within.end).end);
  const busy = (await Array.fromAsync(findDays(clinic, practitioner, from, to))).flatMap((day) => busyOf(day, now));
  const open: Slot[] = [];
  for (const { start, end } of openSlots({ schedule, timing, within, now, busy })) {
    if (!after || inOrder(after, { start, end, practitioner }) < 0) open.push({ start, end, practitioner });
    if (open.length === enough) break;
  }
  return open;
}

function inOrder(a: Slot, b: Slot): number {
  return a.start - b.start || (a.practitioner < b.practitioner ? -1 : Number(a.practitioner > b.practitioner));
}

/** How many day-books are read at once. */
const atOnce = 16;

async function inTurns<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    for (let place = next++; place < items.length; place = next++) results[place] = await work(items[place] as Item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
