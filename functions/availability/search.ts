import { endpoint } from "../kernel/endpoint.ts";
import { toMs } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { missing } from "../kernel/problem.ts";
import { rulesFor } from "../policy/model.ts";
import { findPolicy } from "../policy/store.ts";
import { isPractitioner } from "../practitioners/store.ts";
import type { Schedule } from "../schedules/model.ts";
import { findService } from "../services/store.ts";
import { inTurns } from "./in-turns.ts";
import { search as route } from "./routes.ts";
import { findActiveSchedules, fullDays, openWith, roomIn, type Search, type Slot } from "./store.ts";
import { written } from "./written.ts";

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
  const found = await inTurns(schedules, (schedule) => firstOpen(schedule, search, limit + 1, after));
  const slots = found.flat().sort(inOrder);
  const items = slots.slice(0, limit);
  const last = slots.length > limit ? items.at(-1) : undefined;
  return { items: items.map((slot) => written(slot, query.timeZone)), next: last && cursorTo(keyring, list, last) };
});

/** A practitioner's first open times after a position. */
async function firstOpen(schedule: Schedule, search: Search, enough: number, after?: Slot): Promise<Slot[]> {
  const open: Slot[] = [];
  for (const slot of await openWith(schedule, search)) {
    if (!after || inOrder(after, slot) < 0) open.push(slot);
    if (open.length === enough) break;
  }
  return open;
}

function inOrder(a: Slot, b: Slot): number {
  return a.start - b.start || (a.practitioner < b.practitioner ? -1 : Number(a.practitioner > b.practitioner));
}
