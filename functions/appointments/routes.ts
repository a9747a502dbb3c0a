import * as z from "zod/mini";
import { identifier } from "../kernel/datatypes.ts";
import { route } from "../kernel/route.ts";
import { count, fields, id, instant, kept, oneOf, page, paging, schema, text } from "../kernel/schema.ts";

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

export const appointment = schema(() =>
  z
    .strictObject({
      id: id("apt"),
      status,
      start: instant,
      end: instant,
      patient: id("pat"),
      practitioner: id("prc"),
      service: id("svc"),
      reason: z.optional(text(1000)),
      cancellation: z.optional(z.strictObject({ reason: z.optional(text(1000)), at: instant })),
      identifier: z.optional(identifier),
      /** Rises with every change of time, as iCalendar wants it (RFC 5545, 3.8.7.4). */
      sequence: count,
      ...kept,
    })
    .register(z.globalRegistry, { id: "Appointment" }),
);

export const bookingFields = schema(() =>
  fields({
    patient: id("pat"),
    practitioner: id("prc"),
    service: id("svc"),
    start: instant,
    reason: z.optional(text(1000)),
  }).register(z.globalRegistry, { id: "BookingFields" }),
);

const params = fields({ appointmentId: id("apt") });
const staff = ["admin", "front-desk", "practitioner"] as const;
const staffAndPatient = [...staff, "patient"] as const;

const bookingRefusals = [
  "outside-opening-hours",
  "off-slot-grid",
  "time-off",
  "in-the-past",
  "patient-inactive",
  "practitioner-inactive",
  "service-inactive",
  "service-not-offered",
] as const;

export const book = route({
  method: "POST",
  path: "/v1/appointments",
  summary: "Book an appointment",
  allow: staffAndPatient,
  shows: ["scheduling"],
  audit: "appointment.book",
  vault: true,
  rights: {
    BatchGetItem: ["patient", "practitioner", "service", "schedule", "daybook", "key"],
    UpdateItem: ["daybook"],
    PutItem: ["appointment", "event", "due"],
  },
  body: bookingFields,
  answer: { status: 201, schema: appointment, versioned: true },
  refusals: { 409: ["slot-taken"], 422: bookingRefusals },
});

export const recordPast = route({
  method: "POST",
  path: "/v1/past-appointments",
  summary: "Record a visit that has already happened",
  description:
    "For bringing a clinic's history along: the visit is fulfilled from the start, claims no time and may overlap others. Its `identifier`, where given, is unique in the clinic.",
  allow: ["admin"],
  shows: ["scheduling"],
  audit: "appointment.record-past",
  vault: true,
  rights: {
    BatchGetItem: ["patient", "practitioner", "service", "key"],
    UpdateItem: ["daybook"],
    PutItem: ["appointment", "index", "event"],
  },
  body: fields({
    ...bookingFields.shape,
    end: instant,
    identifier: z.optional(identifier),
  }).check(
    z.refine((visit) => Date.parse(visit.start) < Date.parse(visit.end), {
      error: "an end after the start",
      path: ["end"],
    }),
  ),
  answer: { status: 201, schema: appointment, versioned: true, location: "/v1/appointments" },
  refusals: { 409: ["identifier-taken"], 422: ["not-in-the-past"] },
});

export const list = route({
  method: "GET",
  path: "/v1/appointments",
  summary: "List the appointments of a patient or a practitioner, by start",
  description: "Those that start at or after `from` and before `to`. A patient sees their own.",
  allow: staffAndPatient,
  shows: ["scheduling"],
  audit: "appointment.list",
  vault: true,
  rights: { Query: ["daybook"], BatchGetItem: ["patient", "practitioner", "appointment", "key"] },
  query: fields({
    patient: z.optional(id("pat")),
    practitioner: z.optional(id("prc")),
    from: z.optional(instant),
    to: z.optional(instant),
    ...paging,
  }),
  answer: { status: 200, schema: page(appointment) },
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
    BatchGetItem: ["patient", "practitioner", "service", "schedule", "daybook", "key"],
    UpdateItem: ["daybook"],
    PutItem: ["appointment", "event", "due"],
    DeleteItem: ["due"],
  },
  params,
  body: fields({ start: instant, practitioner: z.optional(id("prc")) }),
  ifMatch: "optional",
  answer: { status: 200, schema: appointment, versioned: true },
  refusals: { 409: ["slot-taken", "illegal-transition"], 422: bookingRefusals },
});

export const cancel = route({
  method: "POST",
  path: "/v1/appointments/{appointmentId}/cancel",
  summary: "Cancel an appointment and free its time",
  allow: staffAndPatient,
  shows: ["scheduling"],
  audit: "appointment.cancel",
  vault: true,
  rights: {
    GetItem: ["appointment", "key"],
    UpdateItem: ["daybook"],
    PutItem: ["appointment", "event"],
    DeleteItem: ["due"],
  },
  params,
  body: fields({ reason: z.optional(text(1000)) }),
  ifMatch: "optional",
  answer: { status: 200, schema: appointment, versioned: true },
  refusals: { 409: ["illegal-transition"] },
});

export const setStatus = route({
  method: "PUT",
  path: "/v1/appointments/{appointmentId}/status",
  summary: "Move an appointment along: arrived, checked-in, fulfilled, noshow",
  allow: staff,
  shows: ["scheduling"],
  audit: "appointment.set-status",
  vault: true,
  rights: {
    GetItem: ["appointment", "key"],
    UpdateItem: ["daybook"],
    PutItem: ["appointment", "event"],
    DeleteItem: ["due"],
  },
  params,
  body: fields({ status }),
  ifMatch: "required",
  answer: { status: 200, schema: appointment, versioned: true },
  refusals: { 409: ["illegal-transition"], 422: ["too-early"] },
});

export const routes = { book, recordPast, list, read, reschedule, cancel, setStatus };
