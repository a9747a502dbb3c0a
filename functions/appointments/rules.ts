import { claimOf, placeOf } from "../availability/model.ts";
import { type Instant, overlaps, toMs } from "../kernel/instant.ts";
import { type Refusal, refuse } from "../kernel/problem.ts";
import type { Schedule } from "../schedules/model.ts";
import type { Service } from "../services/model.ts";
import { type Day, offOf } from "./day-book.ts";

/** What decides whether an appointment may be made, as read just before. What is free is decided by the write alone. */
export interface Circumstances {
  patientIsActive: boolean;
  practitionerIsActive: boolean;
  service: Service;
  schedule: Schedule;
  /** The practitioner's days that the appointment may touch. */
  days: readonly (Day | undefined)[];
}

/** Why an appointment may not be made at that start, if anything stands against it: 422, each cause with its own code. */
export function objection(
  practitioner: string,
  start: Instant,
  now: Instant,
  given: Circumstances,
): Refusal | undefined {
  const { service, schedule, days } = given;
  const code = (() => {
    if (!given.patientIsActive) return "patient-inactive";
    if (!given.practitionerIsActive) return "practitioner-inactive";
    if (!service.active) return "service-inactive";
    if (!service.practitioners.some((each) => each === practitioner)) return "service-not-offered";
    if (toMs(start) < toMs(now)) return "in-the-past";
    const place = placeOf(schedule, service, toMs(start));
    if (place !== "open") return place;
    const claim = claimOf(service, toMs(start));
    return days.flatMap(offOf).some((off) => overlaps(off, claim)) ? "time-off" : undefined;
  })();
  return code && refuse("unprocessable", code, details[code]);
}

const details = {
  "patient-inactive": "The patient is not active.",
  "practitioner-inactive": "The practitioner is not active.",
  "service-inactive": "The service is not offered at present.",
  "service-not-offered": "The practitioner does not offer the service.",
  "in-the-past": "The start lies in the past.",
  "outside-opening-hours": "The practitioner does not receive patients at that time.",
  "off-slot-grid": "The service does not start at that time: ask for the open times.",
  "time-off": "The practitioner is away at that time.",
} as const;
