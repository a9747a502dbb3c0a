import { STATUS_CODES } from "node:http";
import type { NamedRoute } from "../functions/api.ts";
import { problemOf, type RefusalKind, refuse, statusOf } from "../functions/kernel/problem.ts";
import { namesPatient, rightsOf } from "../functions/kernel/route.ts";
import { type HeaderName, headersOf } from "./openapi-headers.ts";
import { type ApiSchemas, type JsonSchema, resolved } from "./openapi-schemas.ts";

const word = (maxLength: number): JsonSchema => ({ type: "string", maxLength, pattern: "^[^\\u0000]*$" });

/** RFC 9457's problem document, with the members of our own. */
export const problem: JsonSchema = {
  type: "object",
  required: ["type", "title", "status", "code", "requestId"],
  properties: {
    type: { type: "string", format: "uri", maxLength: 100, description: "`urn:praxis:problem:` and the code." },
    title: word(100),
    status: { type: "integer", format: "int32", minimum: 400, maximum: 599 },
    detail: word(1000),
    code: { ...word(100), description: "What was refused and why, for programs; it does not change." },
    requestId: { ...word(100), description: "Names this request in the logs and the audit trail." },
    errors: {
      type: "array",
      maxItems: 1000,
      description: "Each thing wrong with the request, never with the value that came.",
      items: {
        type: "object",
        required: ["path", "expected", "message"],
        properties: { path: word(1000), expected: word(1000), message: word(2000) },
      },
    },
    conflicts: {
      type: "array",
      maxItems: 52,
      description: "Each occurrence of a series that cannot be booked, and why.",
      items: {
        type: "object",
        required: ["occurrence", "of", "start", "code"],
        properties: {
          occurrence: { type: "integer", format: "int32", minimum: 1, maximum: 52 },
          of: { type: "integer", format: "int32", minimum: 1, maximum: 52 },
          start: { type: "string", format: "date-time", maxLength: 35 },
          code: word(100),
        },
      },
    },
    existing: { ...word(100), description: "The id of what is there already." },
    patient: { ...word(100), description: "Who a patient has become that was merged into another." },
    merge: { ...word(100), description: "The merge by which they became that." },
    appointments: {
      type: "array",
      maxItems: 100,
      description: "The appointments that stand in the way.",
      items: word(100),
    },
    from: { ...word(100), description: "The state that an illegal transition would leave." },
    to: { ...word(100), description: "The state that an illegal transition would reach." },
    until: {
      type: "string",
      format: "date",
      maxLength: 10,
      description: "The first day on which it is no longer refused.",
    },
  },
};

/** The refusals that a route can answer, by HTTP status in rising order; what the gateway answers is among them. */
function refusalsOf(route: NamedRoute, { routes, components }: ApiSchemas): Map<number, string[]> {
  const { params, query, body } = routes[route.name] ?? {};
  const fieldsOf = (schema: JsonSchema | undefined) => schema && resolved(schema, components).properties;
  const isPost = route.method === "POST";
  const hasRoles = Array.isArray(route.allow);
  const touchesTables = Object.keys(rightsOf(route)).length > 0;
  const possible: [status: number, code: string, isPossible: boolean][] = [
    [400, "invalid-request", true],
    [400, "bad-cursor", fieldsOf(query)?.["cursor"] !== undefined],
    [400, "idempotency-key-required", isPost],
    [400, "clinic-required", hasRoles],
    [401, "unauthenticated", route.allow !== "public"],
    [403, "role-not-allowed", hasRoles],
    [403, "not-a-member", hasRoles],
    // A repeated POST, too, once the patient whom it was about has been erased.
    [404, "not-found", isPost || [params, query, body].some((part) => namesSomething(fieldsOf(part)))],
    [410, "patient-merged", namesPatient(route)],
    [412, "stale-version", route.ifMatch !== undefined],
    [413, "too-large", route.body !== undefined],
    [415, "unsupported-media-type", route.body !== undefined],
    [422, "idempotency-key-reused", isPost],
    [428, "if-match-required", route.ifMatch === "required"],
    [429, "too-many-requests", true],
    [500, "unexpected", true],
    [503, "busy", touchesTables],
    [503, "keys-unavailable", route.vault === true],
  ];
  const codes = new Map<number, string[]>();
  const add = (status: number, code: string) => codes.set(status, [...(codes.get(status) ?? []), code]);
  for (const [status, code, isPossible] of possible) if (isPossible) add(status, code);
  for (const [status, own] of Object.entries(route.refusals ?? {})) for (const code of own) add(Number(status), code);
  return new Map([...codes].sort(([a], [b]) => a - b));
}

/** Whether one of the fields is the id of a thing, which then may not be there. */
function namesSomething(fields: JsonSchema["properties"] = {}): boolean {
  return Object.values(fields).some((field) => /^\^\(\w+_\)/.test((field as JsonSchema).pattern ?? ""));
}

/** What a refusal looks like. The throttling is the gateway's, so `kernel/problem.ts` does not know it. */
function problemExample(status: number, code: string) {
  const requestId = "5b1c1f9e-7b57-4a0c-9f0e-1c6f0f6f3a52";
  const kind = Object.entries(statusOf).find(([, known]) => known === status)?.[0];
  if (kind) return problemOf(refuse(kind as RefusalKind, code), requestId);
  return { type: `urn:praxis:problem:${code}`, title: "Too many requests", status, code, requestId };
}

/** The problems that are the same wherever they occur: when a route has just these codes for a status. */
const shared: Record<number, [name: string, ...codes: string[]]> = {
  401: ["Unauthenticated", "unauthenticated"],
  403: ["Forbidden", "role-not-allowed", "not-a-member"],
  404: ["NotFound", "not-found"],
  412: ["StaleVersion", "stale-version"],
  413: ["TooLarge", "too-large"],
  415: ["UnsupportedMediaType", "unsupported-media-type"],
  428: ["IfMatchRequired", "if-match-required"],
  429: ["TooManyRequests", "too-many-requests"],
  500: ["Unexpected", "unexpected"],
  503: ["Busy", "busy", "keys-unavailable"],
};

/** `components.responses`: the problems that are the same wherever they occur. */
export function sharedProblems() {
  const entries = Object.entries(shared).map(([status, [name, ...codes]]) => [
    name,
    problemResponse(Number(status), codes),
  ]);
  return Object.fromEntries(entries) as Record<string, ReturnType<typeof problemResponse>>;
}

/** The `responses` by which a route refuses, by status. */
export function problemsOf(route: NamedRoute, schemas: ApiSchemas) {
  const refusals = [...refusalsOf(route, schemas)];
  return Object.fromEntries(refusals.map(([status, codes]) => [status, refusalOf(status, codes)]));
}

function refusalOf(status: number, codes: readonly string[]) {
  const [name, ...usual] = shared[status] ?? [""];
  return codes.join() === usual.join() ? { $ref: `#/components/responses/${name}` } : problemResponse(status, codes);
}

const ownHeaders: Record<number, HeaderName> = { 401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After" };

function problemResponse(status: number, codes: readonly string[]) {
  const code = { type: "object", properties: { code: { type: "string", enum: codes } } };
  const schema = { allOf: [{ $ref: "#/components/schemas/Problem" }, code] };
  const own = ownHeaders[status];
  return {
    description: `${STATUS_CODES[status]}: ${codes.map((name) => `\`${name}\``).join(", ")}.`,
    headers: headersOf(...(own ? [own] : [])),
    content: { "application/problem+json": { schema, example: problemExample(status, codes[0] as string) } },
  };
}
