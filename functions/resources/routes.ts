import * as z from "zod/mini";
import { patchOf } from "../kernel/merge-patch.ts";
import { route } from "../kernel/route.ts";
import { fields, flag, id, kept, listOf, oneOf, page, paging, pattern, schema, text } from "../kernel/schema.ts";

export const resourceKind = oneOf("room", "device");

/** What a room or device can do, by which services ask for it. */
export const tag = pattern(
  /^[a-z0-9][a-z0-9-]*$/,
  "a tag of lower-case letters, digits and hyphens, such as ultrasound",
  40,
);

/** A room or a device that appointments take for their time (FHIR R4 Location and Device, as far as booking goes). */
export const resourceFields = schema(() =>
  fields({
    name: text(200),
    kind: resourceKind,
    tags: z.optional(listOf(tag, 20)),
    location: z.optional(id("loc")),
    active: z.optional(flag),
  }).register(z.globalRegistry, { id: "ResourceFields" }),
);

export const resource = schema(() =>
  z
    .extend(resourceFields, { id: id("res"), tags: listOf(tag, 20), active: flag, ...kept })
    .register(z.globalRegistry, { id: "Resource" }),
);

const params = fields({ resourceId: id("res") });
const everyone = ["admin", "front-desk", "practitioner", "patient", "privacy-officer"] as const;

export const add = route({
  method: "POST",
  path: "/v1/resources",
  summary: "Add a room or a device",
  allow: ["admin"],
  shows: ["settings"],
  audit: "resource.add",
  vault: true,
  rights: { BatchGetItem: ["location"], PutItem: ["resource", "event"] },
  body: resourceFields,
  answer: { status: 201, schema: resource, versioned: true },
  refusals: { 422: ["unknown-location"] },
});

export const list = route({
  method: "GET",
  path: "/v1/resources",
  summary: "List the rooms and devices",
  allow: everyone,
  shows: ["settings"],
  vault: true,
  rights: { Query: ["resource"] },
  query: fields(paging),
  answer: { status: 200, schema: page(resource) },
});

export const read = route({
  method: "GET",
  path: "/v1/resources/{resourceId}",
  summary: "Read a room or a device",
  allow: everyone,
  shows: ["settings"],
  rights: { GetItem: ["resource"] },
  params,
  answer: { status: 200, schema: resource, versioned: true },
});

export const update = route({
  method: "PATCH",
  path: "/v1/resources/{resourceId}",
  summary: "Change a room or a device (JSON merge patch)",
  allow: ["admin"],
  shows: ["settings"],
  audit: "resource.update",
  rights: { GetItem: ["resource"], BatchGetItem: ["location"], PutItem: ["resource", "event"] },
  params,
  body: patchOf(resourceFields),
  ifMatch: "required",
  answer: { status: 200, schema: resource, versioned: true },
  refusals: { 422: ["unknown-location"] },
});

export const routes = { add, list, read, update };
