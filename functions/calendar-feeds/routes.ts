import * as z from "zod/mini";
import { route } from "../kernel/route.ts";
import { fields, id, instant, page, paging, pattern, schema, text } from "../kernel/schema.ts";

const owner = { patient: z.optional(id("pat")), practitioner: z.optional(id("prc")) };

/** A subscription to one person's appointments, which whoever has its address can read until it is revoked. */
export const calendarFeed = schema(() =>
  z.strictObject({ id: id("fed"), ...owner, createdAt: instant }).register(z.globalRegistry, { id: "CalendarFeed" }),
);

const newFeed = schema(() =>
  z
    .extend(calendarFeed, {
      /** The address; it is told this once, and is absent where the request was repeated with its Idempotency-Key. */
      url: z.optional(text(500)),
    })
    .register(z.globalRegistry, { id: "NewCalendarFeed" }),
);

export const feedFields = schema(() =>
  fields(owner)
    .check(
      z.refine(({ patient, practitioner }) => Boolean(patient) !== Boolean(practitioner), {
        error: "a patient or a practitioner, one of the two",
        path: ["patient"],
      }),
    )
    .register(z.globalRegistry, { id: "CalendarFeedFields" }),
);

const allow = ["admin", "front-desk", "practitioner", "patient"] as const;

export const add = route({
  method: "POST",
  path: "/v1/calendar-feeds",
  summary: "Make a calendar feed of a patient's or a practitioner's appointments",
  description:
    "The answer's `url` is the feed's secret address, for a calendar application to subscribe to. It is told this once and cannot be read again, also not by repeating the request: whoever has lost it revokes the feed and makes another. Patients and practitioners make their own.",
  allow,
  shows: ["scheduling"],
  audit: "calendar-feed.add",
  vault: true,
  rights: { GetItem: ["practitioner"], BatchGetItem: ["patient", "key"], PutItem: ["feed", "event"] },
  body: feedFields,
  answer: { status: 201, schema: newFeed },
  refusals: { 403: ["own-calendar-only"] },
});

export const list = route({
  method: "GET",
  path: "/v1/calendar-feeds",
  summary: "List the calendar feeds, without their addresses",
  description: "Patients and practitioners see their own; admins and the front desk all, or those of one person.",
  allow,
  shows: ["scheduling"],
  audit: "calendar-feed.list",
  vault: true,
  rights: { Query: ["feed"] },
  query: fields({ ...owner, ...paging }).check(
    z.refine(({ patient, practitioner }) => !(patient && practitioner), {
      error: "a patient or a practitioner, not both",
      path: ["patient"],
    }),
  ),
  answer: { status: 200, schema: page(calendarFeed) },
});

export const remove = route({
  method: "DELETE",
  path: "/v1/calendar-feeds/{feedId}",
  summary: "Revoke a calendar feed: its address is void at once",
  allow,
  shows: ["scheduling"],
  audit: "calendar-feed.remove",
  rights: { GetItem: ["feed"], DeleteItem: ["feed"], PutItem: ["event"] },
  params: fields({ feedId: id("fed") }),
  answer: { status: 204 },
});

/** Under a path of its own: API Gateway takes no two names for a variable at one level. */
export const read = route({
  method: "GET",
  path: "/v1/calendars/{secret}/calendar.ics",
  summary: "Read a calendar feed by its secret address",
  description:
    "RFC 5545, for calendar applications, which cannot sign in. The appointments from 30 days ago to 366 days ahead, the earliest 2000 of them: when, and at which clinic; no name, no service, no reason. UIDs stay through moves, SEQUENCE rises, and what was cancelled is CANCELLED. An address that is void and one that never was are answered alike.",
  allow: "public",
  shows: ["scheduling"],
  audit: "calendar-feed.read",
  rights: {
    GetItem: ["feed", "clinic"],
    BatchGetItem: ["patient", "practitioner", "key", "appointment"],
    Query: ["daybook"],
  },
  params: fields({ secret: pattern(/^[\w-]{43}$/, "the secret of a feed's address", 43) }),
  answer: { status: 200, schema: text(2_000_000), media: "text/calendar", cached: "private" },
  refusals: { 404: ["not-found"] },
});

export const routes = { add, list, remove, read };
