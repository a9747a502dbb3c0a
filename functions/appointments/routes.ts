import * as z from "zod/mini";
import { actor, identifier } from "../kernel/datatypes.ts";
import { route } from "../kernel/route.ts";
import { count, fields, flag, id, instant, kept, listOf, oneOf, page, paging, schema, text } from "../kernel/schema.ts";
import { bookingRefusals } from "../policy/routes.ts";

/** FHIR R4 AppointmentStatus, less `proposed` states that no route makes yet. */
export const status = oneOf(
  "proposed",
  "pending",
  "booked",
  "arrived",
  "checked-in",
  "fulfilled",
  "cancelled",
  "noshow",
  "waitlist",
  "entered-in-error",
);

/** What makes an appointment, whoever makes it. */
export const about = {
  patient: id("pat"),
  practitioner: id("prc"),
  service: id("svc"),
  start: instant,
  reason: z.optional(text(1000)),
};

export const appointment = schema(() =>
  z
    .strictObject({
      id: id("apt"),
      status,
      ...about,
      end: instant,
      /** The rooms and devices it takes. */
      resources: listOf(id("res"), 10),
      /** Where it is, if the practitioner's opening hours say. */
      location: z.optional(id("loc")),
      /** The series it was booked in; what becomes of it later is its own. */
      series: z.optional(id("ser")),
      cancellation: z.optional(z.strictObject({ reason: z.optional(text(1000)), at: instant })),
      identifier: z.optional(identifier),
      /** Rises with every change of time, as iCalendar wants it (RFC 5545, 3.8.7.4). */
      sequence: count,
      ...kept,
    })
    .register(z.globalRegistry, { id: "Appointment" }),
);

/** One step of an appointment's history: what it became, by whom and why. */
export const move = schema(() =>
  z
    .strictObject({
      version: count,
      at: instant,
      status,
      start: instant,
      practitioner: id("prc"),
      by: actor,
      why: z.optional(text(1000)),
    })
    .register(z.globalRegistry, { id: "AppointmentMove" }),
);

/** Why staff set rules of booking aside: the reason goes into the history, sealed, and which rules into the audit trail. */
const override = z.optional(fields({ reason: text(500) }));

/** A time to book, or a hold to confirm. Without a practitioner the least booked of those who are free is taken. */
export const bookingFields = schema(() =>
  fields({
    hold: z.optional(id("hld")),
    patient: z.optional(id("pat")),
    practitioner: z.optional(id("prc")),
    service: z.optional(id("svc")),
    start: z.optional(z.union([instant, z.literal("now")], { error: "an instant with an offset, or now" })),
    reason: z.optional(text(1000)),
    /** Staff only: the patient may have another appointment at that time. */
    allowPatientOverlap: z.optional(flag),
    override,
  })
    .check(
      z.refine((wish) => Boolean(wish.hold) || Boolean(wish.patient && wish.service && wish.start), {
        error: "a patient, a service and a start, or a hold",
        path: ["hold"],
      }),
      z.refine((wish) => !wish.hold || !(wish.practitioner || wish.service || wish.start), {
        error: "nothing beside the hold but patient and reason",
        path: ["hold"],
      }),
    )
    .register(z.globalRegistry, { id: "BookingFields" }),
);

const params = fields({ appointmentId: id("apt") });
const staff = ["admin", "front-desk", "practitioner"] as const;
const staffAndPatient = [...staff, "patient"] as const;

export const book = route({
  method: "POST",
  path: "/v1/appointments",
  summary: "Book an appointment",
  allow: staffAndPatient,
  shows: ["scheduling"],
  audit: "appointment.book",
  vault: true,
  rights: {
    GetItem: ["hold", "key"],
    BatchGetItem: ["clinic", "patient", "practitioner", "service", "schedule", "daybook", "appointment", "key"],
    Query: ["resource", "daybook"],
    UpdateItem: ["daybook", "hold", "waitlist"],
    PutItem: ["appointment", "event", "due"],
  },
  body: bookingFields,
  answer: { status: 201, schema: appointment, versioned: true },
  refusals: { 403: ["staff-only"], 409: ["slot-taken"], 410: ["hold-expired"], 422: bookingRefusals },
});

export const list = route({
  method: "GET",
  path: "/v1/appointments",
  summary: "List the appointments of a patient or a practitioner, by start",
  description:
    "Those that start at or after `from` and before `to`, of that status and service where they are named. A patient sees their own. Where few fit, a page may hold fewer than its limit, or none, and yet have a `next`.",
  allow: staffAndPatient,
  shows: ["scheduling"],
  audit: "appointment.list",
  vault: true,
  rights: { Query: ["daybook"], BatchGetItem: ["patient", "practitioner", "service", "appointment", "key"] },
  query: fields({
    patient: z.optional(id("pat")),
    practitioner: z.optional(id("prc")),
    service: z.optional(id("svc")),
    status: z.optional(status),
    from: z.optional(instant),
    to: z.optional(instant),
    ...paging,
  }),
  answer: { status: 200, schema: page(appointment) },
  refusals: { 403: ["own-time-only"] },
});

export const read = route({
  method: "GET",
  path: "/v1/appointments/{appointmentId}",
  summary: "Read an appointment",
  allow: staffAndPatient,
  shows: ["scheduling"],
  audit: "appointment.read",
  vault: true,
  rights: { GetItem: ["appointment", "key"] },
  params,
  answer: { status: 200, schema: appointment, versioned: true },
});

export const history = route({
  method: "GET",
  path: "/v1/appointments/{appointmentId}/history",
  summary: "Read what became of an appointment, step by step",
  allow: staff,
  shows: ["scheduling"],
  audit: "appointment.history",
  vault: true,
  rights: { GetItem: ["appointment", "key"], Query: ["appointment"] },
  params,
  query: fields(paging),
  answer: { status: 200, schema: page(move) },
});

export const reschedule = route({
  method: "POST",
  path: "/v1/appointments/{appointmentId}/reschedule",
  summary: "Move an appointment to another time or practitioner",
  allow: staffAndPatient,
  shows: ["scheduling"],
  audit: "appointment.reschedule",
  vault: true,
  rights: {
    GetItem: ["appointment", "key"],
    BatchGetItem: ["clinic", "patient", "practitioner", "service", "schedule", "daybook", "appointment", "key"],
    Query: ["resource", "daybook"],
    UpdateItem: ["daybook"],
    PutItem: ["appointment", "event", "due"],
    DeleteItem: ["due"],
  },
  params,
  body: fields({ start: instant, practitioner: z.optional(id("prc")), override }),
  ifMatch: "optional",
  answer: { status: 200, schema: appointment, versioned: true },
  refusals: { 409: ["slot-taken", "illegal-transition"], 422: [...bookingRefusals, "too-late-to-reschedule"] },
});

const ending = {
  GetItem: ["appointment", "key"],
  BatchGetItem: ["clinic", "service"],
  UpdateItem: ["daybook", "patient"],
  PutItem: ["appointment", "event"],
  DeleteItem: ["due"],
} as const;

export const cancel = route({
  method: "POST",
  path: "/v1/appointments/{appointmentId}/cancel",
  summary: "Cancel an appointment and free its time",
  description:
    "Done later than the policy wants, it counts as the patient's late cancellation, unless `by` the clinic.",
  allow: staffAndPatient,
  shows: ["scheduling"],
  audit: "appointment.cancel",
  vault: true,
  rights: ending,
  params,
  body: fields({ reason: z.optional(text(1000)), by: z.optional(oneOf("patient", "clinic")) }),
  ifMatch: "optional",
  answer: { status: 200, schema: appointment, versioned: true },
  refusals: { 403: ["staff-only"], 409: ["illegal-transition"], 422: ["too-late-to-cancel"] },
});

export const setStatus = route({
  method: "PUT",
  path: "/v1/appointments/{appointmentId}/status",
  summary: "Move an appointment along: arrived, checked-in, fulfilled, noshow",
  description: "`by` is for a cancellation. What counted as late or as noshow no longer does once entered-in-error.",
  allow: staff,
  shows: ["scheduling"],
  audit: "appointment.set-status",
  vault: true,
  rights: ending,
  params,
  body: fields({ status, by: z.optional(oneOf("patient", "clinic")) }),
  ifMatch: "required",
  answer: { status: 200, schema: appointment, versioned: true },
  refusals: { 409: ["illegal-transition"], 422: ["too-early"] },
});

export const routes = { book, list, read, history, reschedule, cancel, setStatus };
