import { claimOf, locationAt } from "../availability/model.ts";
import { dayAround } from "../availability/opening-hours.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { refuse } from "../kernel/problem.ts";
import type { Policy } from "../policy/model.ts";
import type { Schedule } from "../schedules/model.ts";
import type { Service } from "../services/model.ts";
import { type Day, dayOf, isFree, listedOn } from "./day-book.ts";
import type { Appointment, Sharing } from "./model.ts";
import { type Code, codesAgainst, codesInGeneral, mustAllBe } from "./objections.ts";
import { roomsFor } from "./rooms.ts";
import { type Group, placeIn, sharesOn } from "./shares.ts";

/** A practitioner who may carry out a booking, with the days it may touch. */
export interface Candidate {
  id: Appointment["practitioner"];
  isActive: boolean;
  schedule: Schedule;
  days: readonly (Day | undefined)[];
}

/** A room or a device that may serve one, likewise. */
export interface Thing {
  id: Appointment["resources"][number];
  location?: string | undefined;
  days: readonly (Day | undefined)[];
}

/** What decides whether an appointment may be made, as read just before. What is free is decided by the write alone. */
export interface Circumstances {
  service: Service;
  policy: Policy;
  patientIsActive: boolean;
  /** Where it is limited: how many appointments the patient has before them, and the mark that rises with each booking. */
  ahead: Ahead | undefined;
  /** The service's own day-book, where it admits only so many a day. */
  daily?: { id: string; days: readonly (Day | undefined)[]; most: number } | undefined;
  candidates: readonly Candidate[];
  /** For each thing the service requires, what would do. */
  things: readonly (readonly Thing[])[];
}

export interface Ahead {
  count: number;
  seen: number | undefined;
}

/** Under which conditions a choice is made. */
export interface Terms {
  start: Instant;
  now: Instant;
  /** Somebody is there and is taken in now: opening hours, grid and notice do not matter. */
  isWalkIn?: boolean;
  /** Rules that staff set aside. */
  setAside?: readonly string[];
  /** What was found taken by an earlier attempt. */
  lost?: ReadonlySet<string>;
  /** A number from 0 to 1, by which a place in a group is drawn. */
  draw?: number;
}

/** With whom, where and with what an appointment is made. */
export interface Choice {
  practitioner: Candidate;
  resources: Thing["id"][];
  /** Where, if the practitioner's opening hours say. */
  location?: Appointment["location"];
  sharing: Sharing;
  /** The days that it was chosen by. */
  seen: ReadonlyMap<string, Thing["days"]>;
  /** Rules that were set aside for it. */
  overrode: string[];
}

/**
 * The first choice: the least booked practitioner of that day (ties by id) who is free and has no objection, with the
 * first free rooms and devices of where they are then. Throws what stands against it: 422 with its own code, or
 * `slot-taken` (409).
 */
export function choose(given: Circumstances, terms: Terms): Choice {
  const isSetAside = (code: Code) => terms.setAside?.includes(code) ?? false;
  const general = codesInGeneral(given, terms);
  mustAllBe(isSetAside, general);
  const judged = given.candidates
    .filter(({ id }) => !terms.lost?.has(id))
    .map((practitioner) => ({ practitioner, codes: codesAgainst(practitioner, given, terms) }));
  const open = judged.filter(({ codes }) => codes.every(isSetAside));
  if (open.length === 0)
    mustAllBe(
      isSetAside,
      judged.flatMap(({ codes }) => codes),
    );
  const claim = claimOf(given.service, toMs(terms.start));
  const { capacity } = given.service;
  const free = open.filter(({ practitioner: { days } }) => isFree(days, claim, toMs(terms.now), capacity));
  const inOrder = free.toSorted(
    (a, b) =>
      loadOn(a.practitioner, terms.start) - loadOn(b.practitioner, terms.start) ||
      (a.practitioner.id < b.practitioner.id ? -1 : 1),
  );
  for (const { practitioner, codes } of inOrder) {
    const made = choiceOf(practitioner, given, terms);
    if (made) return { ...made, overrode: [...general, ...codes] };
  }
  const detail = inOrder.length > 0 ? "No room or device that is needed is free." : "The time is taken.";
  throw refuse("conflict", "slot-taken", detail);
}

/** What is chosen with a practitioner, if the rooms and devices that are needed are free where they are. */
function choiceOf(practitioner: Candidate, given: Circumstances, terms: Terms): Omit<Choice, "overrode"> | undefined {
  const location = locationAt(practitioner.schedule, given.service, toMs(terms.start));
  const resources = roomsFor(practitioner.days, { ...given, location }, terms);
  if (!resources) return undefined;
  const things = given.things.flat().filter(({ id }) => resources.includes(id));
  return {
    practitioner,
    resources,
    location,
    sharing: sharingOf([practitioner, ...things], practitioner, given, terms),
    seen: new Map([practitioner, ...things, ...(given.daily ? [given.daily] : [])].map(({ id, days }) => [id, days])),
  };
}

/** Its place in the group, and among those that the service admits on that local day; as many as staff like, if they say so. */
function sharingOf(
  things: readonly Pick<Thing, "days">[],
  { schedule }: Candidate,
  { service, daily }: Circumstances,
  { start, now, draw = 0, setAside }: Terms,
): Sharing {
  const { capacity } = service;
  const drawn = (of: readonly Pick<Thing, "days">[], group: Group) =>
    placeIn(
      of.flatMap(({ days }) => days.flatMap((day) => sharesOn(day, toMs(now)))),
      group,
      draw,
    );
  const group = { ...claimOf(service, toMs(start)), capacity };
  const most = setAside?.includes("too-many-that-day") ? Number.MAX_SAFE_INTEGER : daily?.most;
  const day = most && { ...dayAround(toMs(start), schedule.zone), most };
  return {
    ...(capacity > 1 ? { capacity, place: drawn(things, group) } : {}),
    ...(daily && day ? { daily: { ...day, place: drawn([daily], { ...day, capacity: day.most }) } } : {}),
  };
}

function loadOn({ days }: Candidate, start: Instant): number {
  const day = days.find((each) => each?.sk === dayOf(toMs(start)));
  return day ? listedOn(day).length : 0;
}
