import * as z from "zod/mini";
import { route } from "../kernel/route.ts";
import { fields, id, instant, page, paging, schema, text, zone } from "../kernel/schema.ts";

/** An instant that keeps the offset of the zone that was asked for. */
const zoned = schema(() =>
  text(35).register(z.globalRegistry, { format: "date-time", examples: ["2026-12-01T09:00:00-05:00"] }),
);

/** A time that can be booked. */
const openSlot = schema(() =>
  z
    .strictObject({ start: zoned, end: zoned, practitioner: id("prc"), location: z.optional(id("loc")) })
    .register(z.globalRegistry, { id: "OpenSlot" }),
);

const days31 = 31 * 86_400_000;

export const search = route({
  method: "GET",
  path: "/v1/availability",
  summary: "Find the times open for a service",
  description:
    "Times that start at or after `from` and before `to` (at most 31 days), sorted by start, then practitioner. With `timeZone` they are written in that zone's offset, else in UTC.",
  allow: ["admin", "front-desk", "practitioner", "patient"],
  shows: ["scheduling"],
  vault: true,
  rights: {
    GetItem: ["clinic", "practitioner", "service"],
    BatchGetItem: ["practitioner", "schedule"],
    Query: ["daybook", "resource"],
  },
  query: fields({
    service: id("svc"),
    from: instant,
    to: instant,
    practitioner: z.optional(id("prc")),
    timeZone: z.optional(zone),
    ...paging,
  }).check(
    z.refine((asked) => Date.parse(asked.from) < Date.parse(asked.to), {
      error: "an instant after from",
      path: ["to"],
    }),
    z.refine((asked) => Date.parse(asked.to) - Date.parse(asked.from) <= days31, {
      error: "an instant at most 31 days after from",
      path: ["to"],
    }),
  ),
  answer: { status: 200, schema: page(openSlot) },
});

export const routes = { search };
