import * as z from "zod/mini";
import { route } from "../kernel/route.ts";
import {
  clockTime,
  count,
  fields,
  id,
  instant,
  listOf,
  localDate,
  oneOf,
  page,
  paging,
  schema,
  text,
  zone,
} from "../kernel/schema.ts";

const hours = { start: clockTime, end: clockTime, location: z.optional(id("loc")) };
const day = oneOf("mon", "tue", "wed", "thu", "fri", "sat", "sun");

const window = schema(() =>
  fields({
    days: listOf(day, 7, 1),
    ...hours,
    effectiveFrom: z.optional(localDate),
    effectiveUntil: z.optional(localDate),
  })
    .check(
      z.refine(({ effectiveFrom: from = "", effectiveUntil: until = "9" }) => from <= until, {
        error: "a date not before effectiveFrom",
        path: ["effectiveUntil"],
      }),
    )
    .register(z.globalRegistry, { id: "ScheduleWindow" }),
);

/** A day unlike the others: shut, or with hours of its own in place of the weekly ones. */
const exception = schema(() =>
  z
    .union(
      [
        fields({ date: localDate, closed: z.literal(true, { error: "true" }) }),
        fields({ date: localDate, windows: listOf(fields(hours), 20, 1) }),
      ],
      { error: "a date with either closed: true or windows" },
    )
    .register(z.globalRegistry, { id: "ScheduleException" }),
);

/**
 * When a practitioner receives patients: local wall-clock windows in an IANA zone. An end at or before its start is on
 * the next day; `effectiveFrom` and `effectiveUntil` are the first and last day a window counts. Where a window names a
 * location, that is where the practitioner then is, and whose rooms and devices are taken.
 */
export const scheduleFields = schema(() =>
  fields({
    zone,
    windows: listOf(window, 100),
    exceptions: z.optional(
      listOf(exception, 500).check(
        z.refine((all) => new Set(all.map(({ date }) => date)).size === all.length, {
          error: "one exception for a date",
        }),
      ),
    ),
  }).register(z.globalRegistry, { id: "ScheduleFields" }),
);

export const schedule = schema(() =>
  z
    .extend(scheduleFields, {
      practitioner: id("prc"),
      exceptions: listOf(exception, 500),
      version: count,
      updatedAt: instant,
    })
    .register(z.globalRegistry, { id: "Schedule" }),
);

const timeOffFields = schema(() =>
  fields({ start: instant, end: instant, reason: z.optional(text(500)) })
    .check(
      z.refine((off) => Date.parse(off.start) < Date.parse(off.end), {
        error: "an end after the start",
        path: ["end"],
      }),
    )
    .check(
      z.refine((off) => Date.parse(off.end) - Date.parse(off.start) <= 90 * 86_400_000, {
        error: "an end at most 90 days after the start",
        path: ["end"],
      }),
    )
    .register(z.globalRegistry, { id: "TimeOffFields" }),
);

export const timeOff = schema(() =>
  z
    .strictObject({
      id: id("off"),
      practitioner: id("prc"),
      start: instant,
      end: instant,
      reason: z.optional(text(500)),
      createdAt: instant,
    })
    .register(z.globalRegistry, { id: "TimeOff" }),
);

/** The upcoming appointments that a change leaves outside; they stay booked until somebody moves or cancels them. */
const outside = schema(() => ({
  outside: listOf(
    z
      .strictObject({ appointment: id("apt"), start: instant, end: instant, patient: id("pat") })
      .register(z.globalRegistry, { id: "OutsideAppointment" }),
    100,
  ),
  /** Whether there are more than are told. */
  more: z.optional(z.literal(true)),
}));

export const scheduleChange = schema(() =>
  z.extend(schedule, outside).register(z.globalRegistry, { id: "ScheduleChange" }),
);

const timeOffAdded = schema(() => z.extend(timeOff, outside).register(z.globalRegistry, { id: "TimeOffAdded" }));

/** `true`: nothing is written. */
const dryRun = schema(() => fields({ dryRun: z.optional(oneOf("true", "false")) }));

const params = fields({ practitionerId: id("prc") });
const everyone = ["admin", "front-desk", "practitioner", "patient", "privacy-officer"] as const;
const staff = ["admin", "front-desk", "practitioner"] as const;

export const read = route({
  method: "GET",
  path: "/v1/practitioners/{practitionerId}/schedule",
  summary: "Read a practitioner's weekly schedule",
  allow: everyone,
  shows: ["scheduling"],
  rights: { GetItem: ["schedule"] },
  params,
  answer: { status: 200, schema: schedule, versioned: true },
});

export const replace = route({
  method: "PUT",
  path: "/v1/practitioners/{practitionerId}/schedule",
  summary: "Replace a practitioner's weekly schedule",
  description:
    "Appointments stay as they are. `outside` tells the upcoming ones that do not lie within one window of the new hours, as of the moment before the change: at most 100, by start, with `more` where there are more. With `dryRun=true` the answer is the same and nothing is written. Where a window names a location, what is booked in it is there, and the rooms and devices that a service requires are taken from that location only.",
  allow: ["admin", "front-desk"],
  shows: ["scheduling"],
  audit: "schedule.replace",
  rights: {
    GetItem: ["schedule"],
    Query: ["daybook"],
    BatchGetItem: ["appointment", "location"],
    PutItem: ["schedule", "event"],
  },
  params,
  query: dryRun,
  body: scheduleFields,
  ifMatch: "required",
  answer: { status: 200, schema: scheduleChange, versioned: true },
  refusals: { 422: ["unknown-location", "location-inactive"] },
});

export const addTimeOff = route({
  method: "POST",
  path: "/v1/practitioners/{practitionerId}/time-off",
  summary: "Take a practitioner out of the calendar for a time",
  description:
    "Appointments already in that time stay; new ones are refused, however close the race. `outside` tells the upcoming ones that the time off meets, buffers included, as of the moment before the change: at most 100, by start, with `more` where there are more. With `dryRun=true` the answer is the same, but nothing is written: its `id` and `Location` name nothing, and the Idempotency-Key stays unused.",
  allow: [...staff],
  shows: ["scheduling"],
  audit: "time-off.add",
  vault: true,
  rights: {
    GetItem: ["practitioner"],
    Query: ["daybook"],
    BatchGetItem: ["appointment"],
    PutItem: ["schedule", "event"],
    UpdateItem: ["daybook"],
  },
  params,
  query: dryRun,
  body: timeOffFields,
  answer: { status: 201, schema: timeOffAdded },
  refusals: { 403: ["own-time-only"] },
});

export const listTimeOff = route({
  method: "GET",
  path: "/v1/practitioners/{practitionerId}/time-off",
  summary: "List a practitioner's time off, earliest first",
  allow: [...staff],
  shows: ["scheduling"],
  vault: true,
  rights: { GetItem: ["practitioner"], Query: ["schedule"] },
  params,
  query: fields(paging),
  answer: { status: 200, schema: page(timeOff) },
});

export const removeTimeOff = route({
  method: "DELETE",
  path: "/v1/practitioners/{practitionerId}/time-off/{timeOffId}",
  summary: "Give the time back",
  allow: [...staff],
  shows: ["scheduling"],
  audit: "time-off.remove",
  rights: {
    GetItem: ["schedule"],
    Query: ["daybook"],
    DeleteItem: ["schedule"],
    UpdateItem: ["daybook"],
    PutItem: ["event"],
  },
  params: fields({ practitionerId: id("prc"), timeOffId: id("off") }),
  answer: { status: 204 },
  refusals: { 403: ["own-time-only"] },
});

export const routes = { read, replace, addTimeOff, listTimeOff, removeTimeOff };
