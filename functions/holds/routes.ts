import * as z from "zod/mini";
import { route } from "../kernel/route.ts";
import { fields, id, instant, listOf, oneOf, schema } from "../kernel/schema.ts";
import { bookingRefusals } from "../policy/routes.ts";

/** A time kept for a while, for somebody who is about to book it. */
export const hold = schema(() =>
  z
    .strictObject({
      id: id("hld"),
      status: oneOf("held", "confirmed", "released"),
      start: instant,
      end: instant,
      service: id("svc"),
      practitioner: id("prc"),
      resources: listOf(id("res"), 10),
      /** Where it is, if the practitioner's opening hours say. */
      location: z.optional(id("loc")),
      patient: z.optional(id("pat")),
      /** The appointment it became. */
      appointment: z.optional(id("apt")),
      /** The entry of the waitlist to which the time is offered by this. */
      waitlist: z.optional(id("wtl")),
      /** From then on it keeps nothing. */
      expiresAt: instant,
      createdAt: instant,
    })
    .register(z.globalRegistry, { id: "Hold" }),
);

const holdFields = schema(() =>
  fields({
    service: id("svc"),
    practitioner: z.optional(id("prc")),
    start: instant,
    patient: z.optional(id("pat")),
  }).register(z.globalRegistry, { id: "HoldFields" }),
);

const params = fields({ holdId: id("hld") });
const allow = ["admin", "front-desk", "practitioner", "patient"] as const;

export const place = route({
  method: "POST",
  path: "/v1/holds",
  summary: "Hold a time while somebody decides",
  description:
    "Takes the time as an appointment would, until `expiresAt`; then it is free again by itself. A patient holds for themself, two times at once at most.",
  allow,
  shows: ["scheduling"],
  audit: "hold.place",
  vault: true,
  rights: {
    GetItem: ["hold"],
    BatchGetItem: ["clinic", "patient", "practitioner", "service", "schedule", "daybook", "appointment", "key"],
    Query: ["resource", "daybook"],
    UpdateItem: ["daybook", "hold"],
    PutItem: ["hold", "event"],
  },
  body: holdFields,
  answer: { status: 201, schema: hold },
  refusals: { 409: ["slot-taken", "too-many-holds"], 422: bookingRefusals },
});

export const read = route({
  method: "GET",
  path: "/v1/holds/{holdId}",
  summary: "Read a hold",
  allow,
  shows: ["scheduling"],
  audit: "hold.read",
  rights: { GetItem: ["hold"] },
  params,
  answer: { status: 200, schema: hold },
});

export const release = route({
  method: "DELETE",
  path: "/v1/holds/{holdId}",
  summary: "Give a held time back before it lapses",
  allow,
  shows: ["scheduling"],
  audit: "hold.release",
  rights: {
    GetItem: ["hold", "waitlist"],
    UpdateItem: ["daybook", "hold", "waitlist"],
    PutItem: ["waitlist", "due", "event"],
  },
  params,
  answer: { status: 204 },
});

export const routes = { place, read, release };
