import * as z from "zod/mini";
import { about, appointment } from "../appointments/routes.ts";
import { identifier } from "../kernel/datatypes.ts";
import { route } from "../kernel/route.ts";
import { fields, id, instant } from "../kernel/schema.ts";

export const record = route({
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
    BatchGetItem: ["patient", "practitioner", "service", "location", "key"],
    UpdateItem: ["daybook"],
    PutItem: ["appointment", "index", "event"],
  },
  body: fields({
    ...about,
    end: instant,
    location: z.optional(id("loc")),
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

export const routes = { record };
