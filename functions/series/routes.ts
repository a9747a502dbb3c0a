import * as z from "zod/mini";
import { route } from "../kernel/route.ts";
import { fields, id, instant, listOf, oneOf, schema, text, whole, zone } from "../kernel/schema.ts";
import { bookingRefusals } from "../policy/routes.ts";

/** The most occurrences of a series. */
const most = 52;

const number = whole(1, most);

/** One occurrence of a series, as it was planned; what became of its appointment since, the appointment tells. */
const occurrence = schema(() =>
  z
    .strictObject({
      /** Its place in the series, from one. */
      number,
      /** When it was to start. */
      start: instant,
      /** `skipped`: it could not be booked. `lapsed`: its time was held, but nobody completed the booking in time. */
      outcome: oneOf("booked", "skipped", "lapsed"),
      appointment: z.optional(id("apt")),
      /** Why it was skipped. */
      code: z.optional(text(100)),
    })
    .register(z.globalRegistry, { id: "SeriesOccurrence" }),
);

export const series = schema(() =>
  z
    .strictObject({
      id: id("ser"),
      patient: id("pat"),
      practitioner: id("prc"),
      service: id("svc"),
      /** The recurrence, as it was asked for. */
      rule: text(500),
      /** The zone in whose local time it recurs. */
      timeZone: zone,
      reason: z.optional(text(1000)),
      occurrences: listOf(occurrence, most, 1),
      createdAt: instant,
    })
    .register(z.globalRegistry, { id: "Series" }),
);

/** A recurring appointment to book. Without a practitioner the one is taken who can take the most of it. */
export const seriesFields = schema(() =>
  fields({
    patient: id("pat"),
    service: id("svc"),
    practitioner: z.optional(id("prc")),
    /** The first occurrence. */
    start: instant,
    /** An RFC 5545 RRULE: FREQ from DAILY to YEARLY, with COUNT or UNTIL, of at most 52 occurrences. */
    rule: text(500),
    /** In which zone the local time of the start recurs; the clinic's unless said otherwise. */
    timeZone: z.optional(zone),
    reason: z.optional(text(1000)),
    /** What to do where some occurrences cannot be booked: nothing at all, unless told to book the others. */
    onConflict: z.optional(oneOf("fail", "skip")),
    /** Why staff set a rule of booking aside; it goes into the audit trail. */
    override: z.optional(fields({ reason: text(500) })),
  }).register(z.globalRegistry, { id: "SeriesFields" }),
);

/** What was cancelled of a series, and what is left because it has begun or is over. */
export const seriesCancelled = schema(() =>
  z
    .strictObject({
      id: id("ser"),
      cancelled: listOf(z.strictObject({ number, start: instant, appointment: id("apt") }), most),
      left: listOf(z.strictObject({ number, start: instant, appointment: id("apt"), status: text(32) }), most),
    })
    .register(z.globalRegistry, { id: "SeriesCancelled" }),
);

const params = fields({ seriesId: id("ser") });
const allow = ["admin", "front-desk", "practitioner", "patient"] as const;

export const book = route({
  method: "POST",
  path: "/v1/series",
  summary: "Book a recurring appointment",
  description:
    "All occurrences or none, with one practitioner; each keeps the rules of a single booking. Where some cannot be booked, the answer is 409 and names each of them in `conflicts` by its number and time; with `onConflict: skip` the others are booked, and the answer says which were not. Each becomes an appointment of its own.",
  allow,
  shows: ["scheduling"],
  audit: "series.book",
  vault: true,
  rights: {
    GetItem: ["clinic", "series", "key"],
    BatchGetItem: ["clinic", "patient", "practitioner", "service", "schedule", "daybook", "appointment", "key"],
    Query: ["resource", "daybook"],
    UpdateItem: ["daybook", "hold", "series"],
    PutItem: ["series", "hold", "appointment", "event", "due"],
    DeleteItem: ["series"],
  },
  body: seriesFields,
  answer: { status: 201, schema: series },
  refusals: { 403: ["staff-only"], 409: ["series-conflict", "slot-taken"], 422: bookingRefusals },
});

/** What completing a series takes, for whoever meets one whose booking was cut short. */
const completing = {
  GetItem: ["series", "key"],
  BatchGetItem: ["appointment", "daybook"],
  UpdateItem: ["daybook", "hold", "series"],
  PutItem: ["appointment", "event", "due"],
} as const;

export const read = route({
  method: "GET",
  path: "/v1/series/{seriesId}",
  summary: "Read a recurring appointment as it was planned",
  description: "With the appointment of each occurrence. A booking that was cut short half-way is completed first.",
  allow,
  shows: ["scheduling"],
  audit: "series.read",
  vault: true,
  rights: completing,
  params,
  answer: { status: 200, schema: series },
});

export const cancel = route({
  method: "POST",
  path: "/v1/series/{seriesId}/cancel",
  summary: "Cancel what lies ahead of a recurring appointment",
  description:
    "All that lies ahead, or with `from` one occurrence and those after it. What has begun or is over is left. Cutting it short does no harm: asked again, it goes on. A single occurrence is cancelled as an appointment.",
  allow,
  shows: ["scheduling"],
  audit: "series.cancel",
  vault: true,
  rights: {
    ...completing,
    BatchGetItem: ["appointment", "daybook", "service", "clinic"],
    DeleteItem: ["due"],
    UpdateItem: [...completing.UpdateItem, "patient"],
  },
  params,
  body: fields({
    from: z.optional(z.union([instant, number], { error: "an instant with an offset, or an occurrence's number" })),
    reason: z.optional(text(1000)),
    by: z.optional(oneOf("patient", "clinic")),
  }),
  answer: { status: 200, schema: seriesCancelled },
  refusals: { 403: ["staff-only"], 422: ["too-late-to-cancel"] },
});

export const routes = { book, read, cancel };
