import { busyOf, type Day, dayOf } from "../appointments/day-book.ts";
import { findDays } from "../appointments/day-book-store.ts";
import { isFull } from "../appointments/objections.ts";
import { roomsFor } from "../appointments/rooms.ts";
import { type Instant, type Interval, toInstant, toMs } from "../kernel/instant.ts";
import { getAll } from "../kernel/table.ts";
import { practitionerAt } from "../practitioners/store.ts";
import { candidatesFor } from "../resources/model.ts";
import { findAllResources } from "../resources/store.ts";
import type { Schedule } from "../schedules/model.ts";
import { scheduleAt, scheduleOf } from "../schedules/store.ts";
import type { Service } from "../services/model.ts";
import { inTurns } from "./in-turns.ts";
import { claimOf, openSlots } from "./model.ts";
import { dayAround, type OpenWindow } from "./opening-hours.ts";

/** A time open with one practitioner; also where a page ends. */
export interface Slot extends Interval {
  practitioner: Schedule["practitioner"];
  location?: OpenWindow["location"];
}

/** What is looked for, whoever carries it out. */
export interface Search {
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

/** A practitioner's open times, ascending: one range read of the day-book, however much is booked, then lazily. */
export async function openWith(
  schedule: Schedule,
  { clinic, service, within, now, earliest, hasRoom, isFull }: Search,
): Promise<IteratorObject<Slot, void>> {
  const { practitioner, zone } = schedule;
  const from = dayOf(claimOf(service, within.start).start);
  const to = dayOf(claimOf(service, within.end).end);
  const days = await Array.fromAsync(findDays(clinic, practitioner, from, to));
  const busy = days.flatMap((day) => busyOf(day, now, service.capacity));
  return openSlots({ schedule, timing: service, within, now: earliest, busy })
    .filter(({ start, location }) => !isFull(start, zone) && hasRoom(days, start, location))
    .map(({ start, end, location }) => ({ start, end, practitioner, location }));
}

/** The schedules of those practitioners who are active; one batch read for each 50. */
export async function findActiveSchedules(clinic: string, practitioners: readonly string[]): Promise<Schedule[]> {
  const items = await getAll(practitioners.flatMap((id) => [practitionerAt(clinic, id), scheduleAt(clinic, id)]));
  return practitioners.flatMap((_, place) => {
    const schedule = items[2 * place + 1];
    return items[2 * place]?.["active"] && schedule ? scheduleOf(schedule) : [];
  });
}

/**
 * Tells of a practitioner, by their days, and a start whether the rooms and devices that a service requires are free then,
 * at the location where one is named: one range read of the day-book of each that would do, whatever is booked in it,
 * sixteen at a time.
 */
export async function roomIn(
  clinic: string,
  service: Service,
  within: Interval,
  now: Instant,
): Promise<(practitioner: readonly Day[], start: number, location?: string) => boolean> {
  const { requires = [] } = service;
  if (requires.length === 0 || within.start >= within.end) return () => true;
  const resources = await findAllResources(clinic);
  const wanted = requires.map((requirement) => candidatesFor(resources, requirement));
  const from = dayOf(claimOf(service, within.start).start);
  const to = dayOf(claimOf(service, within.end).end);
  const ids = [...new Set(wanted.flat().map(({ id }) => id))];
  const days = await inTurns(ids, (id) => Array.fromAsync(findDays(clinic, id, from, to)));
  const things = wanted.map((each) =>
    each.map(({ id, location }) => ({ id, location, days: days[ids.indexOf(id)] ?? [] })),
  );
  return (practitioner, start, location) =>
    roomsFor(practitioner, { service, things, location }, { start: toInstant(start), now }) !== undefined;
}

/**
 * Tells of a start, in a practitioner's zone, whether its local day is one on which the service admits no more: one range
 * read of the service's own day-book.
 */
export async function fullDays(
  clinic: string,
  { id }: Service,
  most: number | undefined,
  within: Interval,
  now: Instant,
): Promise<(start: number, zone: string) => boolean> {
  if (!most || within.start >= within.end) return () => false;
  const [from, to] = [dayOf(within.start - 2 * dayMs), dayOf(within.end + 2 * dayMs)];
  const daily = { id, most, days: await Array.fromAsync(findDays(clinic, id, from, to)) };
  const known = new Map<string, boolean>();
  return (start, zone) => {
    const day = `${zone} ${dayAround(start, zone).start}`;
    const full = known.get(day) ?? isFull(daily, zone, start, toMs(now));
    known.set(day, full);
    return full;
  };
}

const dayMs = 86_400_000;
