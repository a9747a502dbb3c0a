import * as z from "zod/mini";
import { identifier } from "../kernel/datatypes.ts";
import { patchOf } from "../kernel/merge-patch.ts";
import { route } from "../kernel/route.ts";
import { fields, flag, id, kept, listOf, minutes, oneOf, page, paging, schema, text, whole } from "../kernel/schema.ts";
import { policyRules } from "../policy/routes.ts";
import { resourceKind, tag } from "../resources/routes.ts";

/** The day-book's limit on what one appointment may take of a day: 90 cells of 5 minutes, buffers included. */
const longest = 450;

/** What can be booked: how long it takes, in what steps it starts, who offers it (FHIR R4 HealthcareService). */
export const serviceFields = schema(() =>
  fields({
    name: text(200),
    durationMinutes: minutes(5, longest),
    slotIntervalMinutes: z.optional(minutes(5, 1440)),
    bufferBeforeMinutes: z.optional(minutes(0, 120)),
    bufferAfterMinutes: z.optional(minutes(0, 120)),
    modality: z.optional(oneOf("in-person", "video", "phone")),
    /** How many patients are received together, as in a group visit or at a vaccination; one unless said. */
    capacity: z.optional(whole(1, 100)),
    practitioners: z.optional(
      listOf(id("prc"), 200).check(
        z.refine((ids) => new Set(ids).size === ids.length, { error: "each practitioner once" }),
      ),
    ),
    /** Which kinds of rooms and devices an appointment needs beside the practitioner. */
    requires: z.optional(listOf(fields({ kind: resourceKind, tags: z.optional(listOf(tag, 10)) }), 5)),
    /** The service's own rules, before the clinic's. */
    policy: z.optional(fields(policyRules)),
    identifier: z.optional(identifier),
    active: z.optional(flag),
  })
    .check(
      z.refine(
        (service) =>
          service.durationMinutes + (service.bufferBeforeMinutes ?? 0) + (service.bufferAfterMinutes ?? 0) <= longest,
        { error: `at most ${longest} minutes together with the buffers`, path: ["durationMinutes"] },
      ),
    )
    .register(z.globalRegistry, { id: "ServiceFields" }),
);

export const service = schema(() =>
  z
    .strictObject({
      ...serviceFields.shape,
      id: id("svc"),
      slotIntervalMinutes: minutes(5, 1440),
      bufferBeforeMinutes: minutes(0, 120),
      bufferAfterMinutes: minutes(0, 120),
      modality: oneOf("in-person", "video", "phone"),
      capacity: whole(1, 100),
      practitioners: listOf(id("prc"), 200),
      active: flag,
      ...kept,
    })
    .register(z.globalRegistry, { id: "Service" }),
);

const params = fields({ serviceId: id("svc") });
const everyone = ["admin", "front-desk", "practitioner", "patient", "privacy-officer"] as const;

export const add = route({
  method: "POST",
  path: "/v1/services",
  summary: "Add a service that can be booked",
  allow: ["admin"],
  shows: ["settings"],
  audit: "service.add",
  vault: true,
  rights: { BatchGetItem: ["practitioner"], PutItem: ["service", "index", "event"] },
  body: serviceFields,
  answer: { status: 201, schema: service, versioned: true },
  refusals: { 409: ["identifier-taken"], 422: ["unknown-practitioner"] },
});

export const list = route({
  method: "GET",
  path: "/v1/services",
  summary: "List the services",
  allow: everyone,
  shows: ["settings"],
  vault: true,
  rights: { Query: ["service"] },
  query: fields(paging),
  answer: { status: 200, schema: page(service) },
});

export const read = route({
  method: "GET",
  path: "/v1/services/{serviceId}",
  summary: "Read a service",
  allow: everyone,
  shows: ["settings"],
  rights: { GetItem: ["service"] },
  params,
  answer: { status: 200, schema: service, versioned: true },
});

export const update = route({
  method: "PATCH",
  path: "/v1/services/{serviceId}",
  summary: "Change a service (JSON merge patch)",
  allow: ["admin"],
  shows: ["settings"],
  audit: "service.update",
  vault: true,
  rights: {
    GetItem: ["service"],
    BatchGetItem: ["practitioner"],
    PutItem: ["service", "index", "event"],
    DeleteItem: ["index"],
  },
  params,
  body: patchOf(serviceFields),
  ifMatch: "required",
  answer: { status: 200, schema: service, versioned: true },
  refusals: { 409: ["identifier-taken"], 422: ["unknown-practitioner"] },
});

export const routes = { add, list, read, update };
