import * as z from "zod/mini";
import { route } from "../kernel/route.ts";
import {
  clockTime,
  fields,
  id,
  instant,
  kept,
  listOf,
  oneOf,
  page,
  paging,
  schema,
  whole,
  zone,
} from "../kernel/schema.ts";

const day = oneOf("mon", "tue", "wed", "thu", "fri", "sat", "sun");
const status = oneOf("waiting", "offered", "booked", "cancelled", "expired");
const longest = 366 * 86_400_000;

/** Who waits for what: any time that starts at or after `from` and before `to` and suits the rest. */
const wished = schema(() => ({
  patient: id("pat"),
  service: id("svc"),
  /** Those of the service's practitioners who will do; any of them unless said otherwise. */
  practitioners: z.optional(
    listOf(id("prc"), 50, 1).check(
      z.refine((ids) => new Set(ids).size === ids.length, { error: "each practitioner once" }),
    ),
  ),
  from: instant,
  to: instant,
  /** On which days; those of the appointment's start, or, with `hours` over midnight, of the hours' start. */
  weekdays: z.optional(
    listOf(day, 7, 1).check(z.refine((days) => new Set(days).size === days.length, { error: "each day once" })),
  ),
  /** Between which wall-clock times the whole appointment must lie; an end at or before the start is on the next day. */
  hours: z.optional(fields({ start: clockTime, end: clockTime })),
  /** Where `weekdays` and `hours` are told; the practitioner's zone unless said otherwise. */
  timeZone: z.optional(zone),
}));

const priority = whole(0, 9);

const waitlistFields = schema(() =>
  fields({
    ...wished,
    /** The higher, the sooner it is offered a time; above 0 it is for staff to say. 0 unless said otherwise. */
    priority: z.optional(priority),
  })
    .check(
      z.refine(({ from, to }) => Date.parse(from) < Date.parse(to), { error: "an instant after from", path: ["to"] }),
      z.refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= longest, {
        error: "an instant at most 366 days after from",
        path: ["to"],
      }),
    )
    .register(z.globalRegistry, { id: "WaitlistFields" }),
);

export const entry = schema(() =>
  z
    .strictObject({
      id: id("wtl"),
      status,
      ...wished,
      priority,
      /** The time that is held for it. Booking the hold accepts it; releasing the hold declines it. */
      offer: z.optional(
        z.strictObject({
          hold: id("hld"),
          start: instant,
          end: instant,
          practitioner: id("prc"),
          location: z.optional(id("loc")),
          expiresAt: instant,
        }),
      ),
      /** The appointment that came of it. */
      appointment: z.optional(id("apt")),
      ...kept,
    })
    .register(z.globalRegistry, { id: "WaitlistEntry" }),
);

const params = fields({ waitlistId: id("wtl") });
const allow = ["admin", "front-desk", "practitioner", "patient"] as const;

export const add = route({
  method: "POST",
  path: "/v1/waitlist",
  summary: "Wait for a time to come free",
  description:
    "When a time that suits is or comes free, it is offered to the entry of the highest priority, the oldest among equals: `offer.hold` takes the time until `offer.expiresAt`. `POST /v1/appointments` with the hold accepts it, `DELETE /v1/holds/{holdId}` declines it. A time that was declined, or lapsed, is offered to the next, and to this entry no more; it waits for others until `to`. A patient waits for themself, in at most 20 entries at once.",
  allow,
  shows: ["scheduling"],
  audit: "waitlist.add",
  vault: true,
  rights: {
    BatchGetItem: ["patient", "practitioner", "service", "key"],
    PutItem: ["waitlist", "due", "event"],
    UpdateItem: ["waitlist"],
  },
  body: waitlistFields,
  answer: { status: 201, schema: entry, versioned: true },
  refusals: {
    403: ["staff-only"],
    409: ["too-many-waiting"],
    422: ["in-the-past", "patient-inactive", "service-inactive", "service-not-offered"],
  },
});

export const list = route({
  method: "GET",
  path: "/v1/waitlist",
  summary: "List the entries of the waitlist",
  description:
    "In the order of their ids; those of that patient, service and status where they are named. A patient sees their own. Where few fit, a page may hold fewer than its limit, or none, and yet have a `next`. An entry is forgotten a year after it ended.",
  allow,
  shows: ["scheduling"],
  audit: "waitlist.list",
  vault: true,
  rights: { Query: ["waitlist"], BatchGetItem: ["patient", "service", "waitlist"] },
  query: fields({
    patient: z.optional(id("pat")),
    service: z.optional(id("svc")),
    status: z.optional(status),
    ...paging,
  }),
  answer: { status: 200, schema: page(entry) },
});

export const read = route({
  method: "GET",
  path: "/v1/waitlist/{waitlistId}",
  summary: "Read an entry of the waitlist",
  allow,
  shows: ["scheduling"],
  audit: "waitlist.read",
  rights: { GetItem: ["waitlist"] },
  params,
  answer: { status: 200, schema: entry, versioned: true },
});

export const leave = route({
  method: "DELETE",
  path: "/v1/waitlist/{waitlistId}",
  summary: "Leave the waitlist",
  description: "A time that is offered to the entry is free again. Leaving twice is nothing.",
  allow,
  shows: ["scheduling"],
  audit: "waitlist.leave",
  rights: {
    GetItem: ["waitlist", "hold"],
    PutItem: ["waitlist", "event"],
    UpdateItem: ["waitlist", "daybook", "hold"],
    DeleteItem: ["waitlist"],
  },
  params,
  answer: { status: 204 },
  refusals: { 409: ["illegal-transition"] },
});

export const routes = { add, list, read, leave };
