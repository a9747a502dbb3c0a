import { api, type NamedRoute, type rooms } from "../functions/api.ts";
import project from "../package.json" with { type: "json" };
import { examples as common } from "./openapi-examples.ts";
import { seriesExamples } from "./openapi-examples-series.ts";
import { headers, parameters } from "./openapi-headers.ts";
import { operationOf } from "./openapi-operations.ts";
import { problem, sharedProblems } from "./openapi-problems.ts";
import { type ApiSchemas, schemasOf } from "./openapi-schemas.ts";

type Json = Record<string, unknown>;

/** What the API's OpenAPI document (3.1) holds: `paths` by path and lower-case method. */
export interface OpenApi {
  openapi: "3.1.1";
  info: Json;
  servers: Json[];
  tags: { name: string; description: string }[];
  security: Record<string, string[]>[];
  paths: Record<string, Record<string, Json>>;
  components: Record<"schemas" | "parameters" | "headers" | "responses" | "securitySchemes", Record<string, Json>>;
}

const tags: Record<keyof typeof rooms, string> = {
  patients: "Who is cared for: demographics, never the medical record",
  access: "Who may see a patient's data: care team, proxies, emergencies",
  consents: "What patients agreed to, and withdrew",
  merges: "Two patients who are one person: merged, and parted again",
  exports: "All that is known of a patient, to take along: FHIR R4, a readable page and the files, encrypted",
  erasures: "Keeping and erasing: legal holds, statutory retention, erasure by two persons",
  practitioners: "Who cares for them",
  schedules: "When practitioners receive patients, and when they are away",
  services: "What can be booked",
  locations: "Where patients are received",
  resources: "Rooms and devices that appointments take",
  policy: "The clinic's rules of booking",
  availability: "The times that can be booked",
  holds: "Times kept for a while, for somebody who is about to book",
  waitlist: "Who waits for a time to come free, and what they are offered",
  appointments: "Booked, moved, cancelled and attended visits",
  series: "Appointments that recur, booked together",
  "past-appointments": "Visits that have already happened, brought along from elsewhere",
  calendar: "Appointments for other calendars",
  "calendar-feeds": "Calendars to subscribe to, by a secret address",
  agenda: "A clinic's day at a glance",
  records: "The medical record",
  documents: "Files of the medical record, sent to and fetched from S3 by presigned addresses",
  trail: "Who looked at or changed what",
  members: "The signed-in user",
  system: "The API itself",
};

const description = [
  "Appointments and medical records of a clinic.",
  "A refusal is an RFC 9457 problem, whose `code` a program can act on; `X-Request-Id` names the request in the logs.",
  "Instants are RFC 3339 with an offset or `Z`. They are answered in UTC, unless a time zone was asked for.",
  "Lists are read page by page: the answer's `next` is the next request's `cursor`.",
  "Every POST needs an `Idempotency-Key`; what changes a versioned thing needs `If-Match` with the `ETag` last seen.",
  "A patient who was merged into another is answered 410 `patient-merged`, with the other's id in `patient`, to those who may see that other.",
  "Fields and parameters that are not named here are refused.",
].join("\n\n");

/** The OpenAPI document of the whole API, made from its routes; the same routes give the same document. */
export function openapi(routes: readonly NamedRoute[] = api): OpenApi {
  const schemas = schemasOf(routes);
  const paths: OpenApi["paths"] = {};
  for (const route of routes) {
    const operation = operationOf(route, schemas);
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation };
  }
  const { version, license } = project;
  return {
    openapi: "3.1.1",
    info: {
      title: "Praxis",
      version,
      description,
      contact: { name: "The clinic that runs this deployment" },
      license: { name: license, identifier: license },
    },
    servers: [
      {
        url: "/",
        description: "The deployment that serves this document: production, staging or local",
        "x-internal": false,
      },
    ],
    tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
    security: [{ token: [] }],
    paths,
    components: componentsOf(schemas),
  };
}

const examples = { ...common, ...seriesExamples };

function componentsOf({ components }: ApiSchemas): OpenApi["components"] {
  const described = Object.entries(components).map(([id, schema]) => [
    id,
    { ...schema, ...(examples[id] ? { examples: [examples[id]] } : {}) },
  ]);
  const token = {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description:
      "An access token of the deployment's Cognito user pool, verified as RFC8725 asks: RS256 only, by the pool's keys, with issuer, client, use and expiry checked.",
  };
  return {
    schemas: { ...Object.fromEntries(described), Problem: problem },
    parameters,
    headers,
    responses: sharedProblems(),
    securitySchemes: { token },
  };
}
