import * as z from "zod/mini";
import { route } from "../kernel/route.ts";
import { count, fields, instant, listOf, oneOf, schema, whole } from "../kernel/schema.ts";

/** Why a booking may be refused, each cause by its own code. */
export const bookingRefusals = [
  "outside-opening-hours",
  "off-slot-grid",
  "time-off",
  "in-the-past",
  "patient-inactive",
  "practitioner-inactive",
  "service-inactive",
  "service-not-offered",
  "too-soon",
  "too-far-ahead",
  "too-many-upcoming",
  "too-many-that-day",
  "override-not-allowed",
] as const;

/** The rules that staff may set aside, giving a reason, where the policy says so. */
const overridable = oneOf(
  "too-soon",
  "too-far-ahead",
  "too-many-upcoming",
  "too-many-that-day",
  "outside-opening-hours",
  "off-slot-grid",
);

const year = 366;

/** The rules of booking. What is absent does not limit; a service's own take precedence, one by one. */
export const policyRules = {
  /** How long ahead an appointment must be booked. */
  minimumNoticeMinutes: z.optional(whole(0, 60 * 24 * 90)),
  /** How far ahead it may be booked. */
  horizonDays: z.optional(whole(1, 3 * year)),
  /** Until how long before the start a patient may cancel, and move, their appointment. */
  cancellationNoticeMinutes: z.optional(whole(0, 60 * 24 * 90)),
  rescheduleNoticeMinutes: z.optional(whole(0, 60 * 24 * 90)),
  /** How many appointments a patient may have before them. */
  maxUpcomingPerPatient: z.optional(whole(1, 100)),
  /** How many appointments of a service are given for one day, by the calendar of the practitioner's zone. */
  maxPerDay: z.optional(whole(1, 1000)),
};

export const policyFields = schema(() =>
  fields({
    ...policyRules,
    /** How long a hold takes its time, in minutes; 5 unless said otherwise. */
    holdMinutes: z.optional(whole(1, 30)),
    /** For how many days before and after an appointment its practitioner sees the patient's data; 90 unless said. */
    careTeamDays: z.optional(whole(1, 3660)),
    /** How long an offer to somebody on the waitlist stands, in minutes; 60 unless said otherwise. */
    offerMinutes: z.optional(whole(5, 24 * 60)),
    /** For how many years after the last entry or visit the law wants a patient's data kept. */
    retentionYears: z.optional(whole(1, 100)),
    /** Until which age those of somebody who was a minor then are kept, if that is longer. */
    retentionMinorsUntilAge: z.optional(whole(18, 50)),
    /** Which rules staff may set aside. */
    staffMayOverride: z.optional(listOf(overridable, 6)),
  }).register(z.globalRegistry, { id: "PolicyFields" }),
);

export const policy = schema(() =>
  z
    .extend(policyFields, { version: count, updatedAt: z.optional(instant) })
    .register(z.globalRegistry, { id: "Policy" }),
);

export const read = route({
  method: "GET",
  path: "/v1/policy",
  summary: "Read the clinic's rules of booking",
  allow: ["admin", "front-desk", "practitioner", "patient"],
  shows: ["settings"],
  rights: { GetItem: ["clinic"] },
  answer: { status: 200, schema: policy, versioned: true },
});

export const replace = route({
  method: "PUT",
  path: "/v1/policy",
  summary: "Replace the clinic's rules of booking",
  allow: ["admin"],
  shows: ["settings"],
  audit: "policy.replace",
  rights: { GetItem: ["clinic"], PutItem: ["clinic", "event"] },
  body: policyFields,
  ifMatch: "required",
  answer: { status: 200, schema: policy, versioned: true },
});

export const routes = { read, replace };
