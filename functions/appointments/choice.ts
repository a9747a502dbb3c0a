import { claimOf, locationAt, placeOf } from "../availability/model.ts";
import { type Instant, type Interval, overlaps, toMs } from "../kernel/instant.ts";
import { refuse } from "../kernel/problem.ts";
import { type Policy, rulesFor } from "../policy/model.ts";
import type { Schedule } from "../schedules/model.ts";
import type { Service } from "../services/model.ts";
import { type Day, dayOf, isFree, listedOn, offOf } from "./day-book.ts";
import type { Appointment } from "./model.ts";

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
}

/** With whom, where and with what an appointment is made. */
export interface Choice {
  practitioner: Candidate;
  resources: Thing["id"][];
  /** Where, if the practitioner's opening hours say. */
  location: Appointment["location"];
  /** Rules that were set aside for it. */
  overrode: string[];
}

/**
 * The first choice: the least booked practitioner of that day (ties by id) who is free and has no objection, with the
 * first free rooms and devices, at the practitioner's location where they are at one. Throws what stands against it: 422 with its own code, or `slot-taken` (409).
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
  const isNamed = given.candidates.length === 1;
  const free = open.filter(({ practitioner: { days } }) => isNamed || isFree(days, claim, toMs(terms.now)));
  const inOrder = free.toSorted(
    (a, b) =>
      loadOn(a.practitioner, terms.start) - loadOn(b.practitioner, terms.start) ||
      (a.practitioner.id < b.practitioner.id ? -1 : 1),
  );
  for (const { practitioner, codes } of inOrder) {
    const location = locationAt(practitioner.schedule, given.service, toMs(terms.start));
    const resources = assign(thingsAt(given.things, location), claim, terms);
    if (resources) return { practitioner, resources, location, overrode: [...general, ...codes] };
  }
  const detail = inOrder.length > 0 ? "No room or device that is needed is free." : "The time is taken.";
  throw refuse("conflict", "slot-taken", detail);
}

/** Of the things that would do, those of a location; all of them where none is named. */
export function thingsAt(
  things: readonly (readonly Thing[])[],
  location: string | undefined,
): readonly (readonly Thing[])[] {
  return location ? things.map((each) => each.filter((thing) => thing.location === location)) : things;
}

function loadOn({ days }: Candidate, start: Instant): number {
  const day = days.find((each) => each?.sk === dayOf(toMs(start)));
  return day ? listedOn(day).length : 0;
}

/** One free thing for each requirement, none twice; undefined if that cannot be. */
export function assign(
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

function mustAllBe(isSetAside: (code: Code) => boolean, codes: readonly Code[]): void {
  const code = codes.find((each) => !isSetAside(each));
  if (code) throw refuse("unprocessable", code, details[code]);
}

/** What stands against the booking whoever carries it out. */
function codesInGeneral({ patientIsActive, service, policy, ahead: theirs }: Circumstances, terms: Terms): Code[] {
  const ahead = toMs(terms.start) - toMs(terms.now);
  const { minimumNoticeMinutes = 0, horizonDays, maxUpcomingPerPatient } = rulesFor(policy, service);
  const against: [Code, boolean | undefined][] = [
    ["patient-inactive", !patientIsActive],
    ["service-inactive", !service.active],
    ["in-the-past", !terms.isWalkIn && ahead < 0],
    ["too-soon", !terms.isWalkIn && ahead < minimumNoticeMinutes * 60_000],
    ["too-far-ahead", horizonDays !== undefined && ahead > horizonDays * 86_400_000],
    [
      "too-many-upcoming",
      maxUpcomingPerPatient !== undefined && theirs !== undefined && theirs.count >= maxUpcomingPerPatient,
    ],
  ];
  return against.flatMap(([code, stands]) => (stands ? code : []));
}

/** What stands against one practitioner carrying it out. */
function codesAgainst(practitioner: Candidate, { service }: Circumstances, { start, isWalkIn = false }: Terms): Code[] {
  if (!practitioner.isActive) return ["practitioner-inactive"];
  if (!service.practitioners.some((id) => id === practitioner.id)) return ["service-not-offered"];
  const place = isWalkIn ? "open" : placeOf(practitioner.schedule, service, toMs(start));
  const claim = claimOf(service, toMs(start));
  const isAway = practitioner.days.flatMap(offOf).some((off) => overlaps(off, claim));
  return [...(place === "open" ? [] : [place]), ...(isAway ? ["time-off" as const] : [])];
}

type Code = keyof typeof details;

const details = {
  "patient-inactive": "The patient is not active.",
  "practitioner-inactive": "The practitioner is not active.",
  "service-inactive": "The service is not offered at present.",
  "service-not-offered": "The practitioner does not offer the service.",
  "in-the-past": "The start lies in the past.",
  "too-soon": "It must be booked longer ahead.",
  "too-far-ahead": "It cannot be booked that far ahead yet.",
  "too-many-upcoming": "The patient has as many appointments before them as they may have.",
  "outside-opening-hours": "The practitioner does not receive patients at that time.",
  "off-slot-grid": "The service does not start at that time: ask for the open times.",
  "time-off": "The practitioner is away at that time.",
} as const;
