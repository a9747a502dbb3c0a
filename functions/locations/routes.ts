import * as z from "zod/mini";
import { address, identifier } from "../kernel/datatypes.ts";
import { patchOf } from "../kernel/merge-patch.ts";
import { route } from "../kernel/route.ts";
import { fields, flag, id, kept, page, paging, schema, text, zone } from "../kernel/schema.ts";

/** Where a clinic receives patients (FHIR R4 Location). */
export const locationFields = schema(() =>
  fields({
    name: text(200),
    zone,
    address: z.optional(address),
    phone: z.optional(text(40)),
    /** Whose place it is, where that is not the clinic itself (FHIR R4 Location.managingOrganization). */
    managingOrganization: z.optional(
      fields({ name: text(200), identifier: z.optional(identifier) }).register(z.globalRegistry, {
        id: "Organization",
      }),
    ),
    identifier: z.optional(identifier),
    active: z.optional(flag),
  }).register(z.globalRegistry, { id: "LocationFields" }),
);

export const location = schema(() =>
  z.extend(locationFields, { id: id("loc"), active: flag, ...kept }).register(z.globalRegistry, { id: "Location" }),
);

const params = fields({ locationId: id("loc") });
const everyone = ["admin", "front-desk", "practitioner", "patient", "privacy-officer"] as const;

export const add = route({
  method: "POST",
  path: "/v1/locations",
  summary: "Add a location",
  allow: ["admin"],
  shows: ["settings"],
  audit: "location.add",
  vault: true,
  rights: { GetItem: ["clinic"], PutItem: ["location", "index", "event"] },
  body: locationFields,
  answer: { status: 201, schema: location, versioned: true },
  refusals: { 409: ["identifier-taken"] },
});

export const list = route({
  method: "GET",
  path: "/v1/locations",
  summary: "List the locations",
  allow: everyone,
  shows: ["settings"],
  vault: true,
  rights: { Query: ["location"] },
  query: fields(paging),
  answer: { status: 200, schema: page(location) },
});

export const read = route({
  method: "GET",
  path: "/v1/locations/{locationId}",
  summary: "Read a location",
  allow: everyone,
  shows: ["settings"],
  rights: { GetItem: ["location"] },
  params,
  answer: { status: 200, schema: location, versioned: true },
});

export const update = route({
  method: "PATCH",
  path: "/v1/locations/{locationId}",
  summary: "Change a location (JSON merge patch)",
  allow: ["admin"],
  shows: ["settings"],
  audit: "location.update",
  vault: true,
  rights: { GetItem: ["clinic", "location"], PutItem: ["location", "index", "event"], DeleteItem: ["index"] },
  params,
  body: patchOf(locationFields),
  ifMatch: "required",
  answer: { status: 200, schema: location, versioned: true },
  refusals: { 409: ["identifier-taken"] },
});

export const routes = { add, list, read, update };
