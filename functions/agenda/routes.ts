import * as z from "zod/mini";
import { status } from "../appointments/routes.ts";
import { route } from "../kernel/route.ts";
import { fields, id, instant, listOf, localDate, pattern, schema, zone } from "../kernel/schema.ts";

const stretch = { start: instant, end: instant };
const times = listOf(z.strictObject(stretch), 500);
const located = listOf(z.strictObject({ ...stretch, location: z.optional(id("loc")) }), 500);

/** One practitioner's day. */
const agendaDay = schema(() =>
  z
    .strictObject({
      practitioner: id("prc"),
      appointments: listOf(
        z.strictObject({
          id: id("apt"),
          ...stretch,
          status,
          patient: id("pat"),
          service: id("svc"),
          resources: listOf(id("res"), 10),
          location: z.optional(id("loc")),
        }),
        500,
      ),
      holds: listOf(z.strictObject({ id: id("hld"), ...stretch, expiresAt: instant }), 500),
      timeOff: times,
      /** Opening hours. */
      open: located,
      /** The gaps between the opening windows that begin on that day. */
      breaks: times,
      /** What of the opening hours is neither taken nor held nor off. */
      free: located,
    })
    .register(z.globalRegistry, { id: "AgendaDay" }),
);

const several = schema(() =>
  z
    .pipe(
      pattern(
        /^prc_[0-9A-Za-z]{22}(,prc_[0-9A-Za-z]{22}){0,49}$/,
        "up to 50 practitioners' ids, separated by commas",
        1400,
      ),
      z.transform((list: string) => list.split(",")),
    )
    .register(z.globalRegistry, { examples: ["prc_7hG2kLq9WvXs3TzB6nMdRf"] }),
);

export const read = route({
  method: "GET",
  path: "/v1/agenda",
  summary: "See a clinic's day at a glance",
  description:
    "The local day of `zone`, for the practitioners named or, without any, the first 50 of the clinic. With `location`, for the first 50 of those who have opening hours there on that day, or appointments. Every part is read strongly consistent; appointments that were cancelled are left out.",
  allow: ["admin", "front-desk", "practitioner"],
  shows: ["scheduling"],
  audit: "agenda.read",
  vault: true,
  rights: {
    GetItem: ["location"],
    Query: ["practitioner"],
    BatchGetItem: ["practitioner", "schedule", "appointment", "daybook"],
  },
  query: fields({
    date: localDate,
    zone,
    practitioners: z.optional(several),
    location: z.optional(id("loc")),
  }).check(
    z.refine(({ practitioners, location }) => !(practitioners && location), {
      error: "practitioners or a location, not both",
      path: ["location"],
    }),
  ),
  answer: {
    status: 200,
    schema: z.strictObject({ date: localDate, zone, practitioners: listOf(agendaDay, 50) }),
  },
});

export const routes = { read };
