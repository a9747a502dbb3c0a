import { assign } from "../appointments/choice.ts";
import { dayOf } from "../appointments/day-book.ts";
import { findDays } from "../appointments/day-book-store.ts";
import type { Instant, Interval } from "../kernel/instant.ts";
import { getAll } from "../kernel/table.ts";
import { practitionerAt } from "../practitioners/store.ts";
import { candidatesFor } from "../resources/model.ts";
import { findAllResources } from "../resources/store.ts";
import type { Schedule } from "../schedules/model.ts";
import { scheduleAt, scheduleOf } from "../schedules/store.ts";
import type { Service } from "../services/model.ts";
import { inTurns } from "./in-turns.ts";
import { claimOf } from "./model.ts";

/** The schedules of those practitioners who are active; one batch read for each 50. */
export async function findActiveSchedules(clinic: string, practitioners: readonly string[]): Promise<Schedule[]> {
  const items = await getAll(practitioners.flatMap((id) => [practitionerAt(clinic, id), scheduleAt(clinic, id)]));
  return practitioners.flatMap((_, place) => {
    const schedule = items[2 * place + 1];
    return items[2 * place]?.["active"] && schedule ? scheduleOf(schedule) : [];
  });
}

/**
 * Tells of a claim whether the rooms and devices that a service requires are free for it: one range read of the day-book
 * of each that would do, whatever is booked in it, sixteen at a time.
 */
export async function roomIn(
  clinic: string,
  service: Service,
  within: Interval,
  now: Instant,
): Promise<(claim: Interval) => boolean> {
  const { requires = [] } = service;
  if (requires.length === 0 || within.start >= within.end) return () => true;
  const resources = await findAllResources(clinic);
  const wanted = requires.map((requirement) => candidatesFor(resources, requirement).map(({ id }) => id));
  const from = dayOf(claimOf(service, within.start).start);
  const to = dayOf(claimOf(service, within.end).end);
  const ids = [...new Set(wanted.flat())];
  const days = await inTurns(ids, (id) => Array.fromAsync(findDays(clinic, id, from, to)));
  const things = wanted.map((each) => each.map((id) => ({ id, days: days[ids.indexOf(id)] ?? [] })));
  return (claim) => assign(things, claim, { now }) !== undefined;
}
