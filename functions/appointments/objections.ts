import { claimOf, placeOf } from "../availability/model.ts";
import { dayAround } from "../availability/opening-hours.ts";
import { overlaps, toMs } from "../kernel/instant.ts";
import { refuse } from "../kernel/problem.ts";
import { rulesFor } from "../policy/model.ts";
import type { Candidate, Circumstances, Terms } from "./choice.ts";
import { offOf } from "./day-book.ts";
import { fullFor, sharesOn } from "./shares.ts";

/* What stands against a booking, each objection by its code. */

/** Refuses (422) by the first objection that is not set aside. */
export function mustAllBe(isSetAside: (code: Code) => boolean, codes: readonly Code[]): void {
  const code = codes.find((each) => !isSetAside(each));
  if (code) throw refuse("unprocessable", code, details[code]);
}

/** What stands against the booking whoever carries it out. */
export function codesInGeneral(
  { patientIsActive, service, policy, ahead: theirs }: Circumstances,
  terms: Terms,
): Code[] {
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
export function codesAgainst(practitioner: Candidate, { service, daily }: Circumstances, terms: Terms): Code[] {
  const { start, now, isWalkIn = false } = terms;
  if (!practitioner.isActive) return ["practitioner-inactive"];
  if (!service.practitioners.some((id) => id === practitioner.id)) return ["service-not-offered"];
  const place = isWalkIn ? "open" : placeOf(practitioner.schedule, service, toMs(start));
  const claim = claimOf(service, toMs(start));
  const isAway = practitioner.days.flatMap(offOf).some((off) => overlaps(off, claim));
  return [
    ...(place === "open" ? [] : [place]),
    ...(isAway ? ["time-off" as const] : []),
    ...(isFull(daily, practitioner.schedule.zone, toMs(start), toMs(now)) ? ["too-many-that-day" as const] : []),
  ];
}

/** Whether a service has given all the appointments it admits on the local day of a start. */
export function isFull(daily: Circumstances["daily"], zone: string, start: number, now: number): boolean {
  if (!daily) return false;
  const day = dayAround(start, zone);
  const full = daily.days.flatMap((each) => fullFor(sharesOn(each, now), daily.most));
  return full.some((stretch) => overlaps(stretch, day));
}

export type Code = keyof typeof details;

const details = {
  "patient-inactive": "The patient is not active.",
  "practitioner-inactive": "The practitioner is not active.",
  "service-inactive": "The service is not offered at present.",
  "service-not-offered": "The practitioner does not offer the service.",
  "in-the-past": "The start lies in the past.",
  "too-soon": "It must be booked longer ahead.",
  "too-far-ahead": "It cannot be booked that far ahead yet.",
  "too-many-upcoming": "The patient has as many appointments before them as they may have.",
  "too-many-that-day": "The service has as many appointments that day as it admits.",
  "outside-opening-hours": "The practitioner does not receive patients at that time.",
  "off-slot-grid": "The service does not start at that time: ask for the open times.",
  "time-off": "The practitioner is away at that time.",
} as const;
