import { claimOf } from "../availability/model.ts";
import { type Interval, overlaps, toMs } from "../kernel/instant.ts";
import type { Candidate, Circumstances, Terms, Thing } from "./choice.ts";
import { isFree } from "./day-book.ts";
import { sharesOn } from "./shares.ts";

/**
 * What is free of what the service requires, at the location where one is named: those of the group that the practitioner
 * has then, or else the first free.
 */
export function roomsFor(
  practitioner: Candidate["days"],
  { service, things: all, location }: Pick<Circumstances, "service" | "things"> & { location: string | undefined },
  terms: Terms,
): Thing["id"][] | undefined {
  const things = location ? all.map((each) => each.filter((thing) => thing.location === location)) : all;
  const isGroup = service.capacity > 1 && things.length > 0;
  const ofGroup = isGroup ? joined(practitioner, { service, things }, terms) : undefined;
  return ofGroup ?? assign(things, claimOf(service, toMs(terms.start)), terms);
}

/** The rooms and devices of the group that an appointment joins, if there is one and they are what the service requires. */
function joined(
  days: Candidate["days"],
  { service, things }: Pick<Circumstances, "service" | "things">,
  terms: Terms,
): Thing["id"][] | undefined {
  const claim = claimOf(service, toMs(terms.start));
  const now = toMs(terms.now);
  const group = days.flatMap((day) => sharesOn(day, now)).find((share) => overlaps(share, claim));
  if (!group || group.with.length !== things.length) return undefined;
  const its = things.flatMap((each, n) => each.filter(({ id }) => id === group.with[n] && !terms.lost?.has(id)));
  const areFree = its.every((thing) => isFree(thing.days, claim, now, service.capacity));
  return its.length === things.length && areFree ? its.map(({ id }) => id) : undefined;
}

/** One free thing for each requirement, none twice; undefined if that cannot be. */
function assign(
  [first, ...rest]: readonly (readonly Thing[])[],
  claim: Interval,
  terms: Pick<Terms, "now" | "lost">,
  used: string[] = [],
): Thing["id"][] | undefined {
  if (!first) return [];
  for (const { id, days } of first) {
    if (used.includes(id) || terms.lost?.has(id) || !isFree(days, claim, toMs(terms.now))) continue;
    const others = assign(rest, claim, terms, [...used, id]);
    if (others) return [id, ...others];
  }
  return undefined;
}
