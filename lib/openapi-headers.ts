import { clinicHeader, type Route } from "../functions/kernel/route.ts";
import type { JsonSchema } from "./openapi-schemas.ts";

const visible = (maxLength: number): JsonSchema => ({ type: "string", maxLength, pattern: "^[\\x20-\\x7e]*$" });
const etag: JsonSchema = { type: "string", maxLength: 12, pattern: '^"\\d{1,10}"$', examples: ['"3"'] };
const textTag: JsonSchema = { type: "string", maxLength: 45, pattern: '^"[\\w-]{43}"$' };
const seconds: JsonSchema = { type: "integer", format: "int32", minimum: 1, maximum: 3600 };

/** The headers that requests carry, as `components.parameters`. */
export const parameters = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    required: true,
    description:
      "1 to 255 visible ASCII characters, new for each thing to be done, such as a UUID. The same request with the same key is done once, and answered the same for 30 days.",
    schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[\\x21-\\x7e]*$" },
    example: "8e03978e-40d5-43e8-bc93-6894a57f9324",
  },
  IfMatch: {
    name: "If-Match",
    in: "header",
    required: true,
    description: "The ETag of what you have seen. If it has changed since, the request is refused (412).",
    schema: etag,
  },
  IfMatchOptional: {
    name: "If-Match",
    in: "header",
    description: "The ETag of what you have seen, where the request should fail (412) if it has changed since.",
    schema: etag,
  },
  Clinic: {
    name: clinicHeader,
    in: "header",
    description: "The clinic to act in; needed by those who belong to several.",
    schema: {
      type: "string",
      maxLength: 26,
      pattern: "^(cln_)[0-9A-Za-z]{22}$",
      examples: ["cln_2x8J5mQwTzR7kVbN4cYpLd"],
    },
  },
} as const;

/** The headers that answers carry, as `components.headers`. */
export const headers = {
  "X-Request-Id": { description: "Names this request in the logs and the audit trail.", schema: visible(100) },
  "Cache-Control": { description: "The answer may not be kept.", schema: { type: "string", const: "no-store" } },
  "Access-Control-Allow-Origin": {
    description: "The browser's origin, where it is one that this deployment admits; otherwise absent.",
    schema: visible(253),
  },
  PrivateCacheControl: {
    description: "The caller alone may keep the answer, and must ask each time whether it still holds.",
    schema: { type: "string", const: "private, no-cache" },
  },
  TextTag: { description: "The text's hash, for If-None-Match: 304 where it is the same.", schema: textTag },
  ETag: { description: "The version, for If-Match.", schema: etag },
  Location: { description: "The path of what was made.", schema: visible(500) },
  "Retry-After": { description: "Seconds after which to try again.", schema: seconds },
  "WWW-Authenticate": { description: "How to authenticate (RFC 6750).", schema: visible(100) },
};

export type HeaderName = keyof typeof headers;

/** References to the headers of an answer: those of every answer, and these. */
export function headersOf(...own: HeaderName[]) {
  const all = ["X-Request-Id", "Cache-Control", "Access-Control-Allow-Origin", ...own];
  return Object.fromEntries(all.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** References to the headers of an answer that the caller may keep. */
export function keptHeaders() {
  const reference = (name: keyof typeof headers) => ({ $ref: `#/components/headers/${name}` });
  return { ...headersOf(), "Cache-Control": reference("PrivateCacheControl"), ETag: reference("TextTag") };
}

/** References to the headers that a route's requests carry. */
export function headerParametersOf({ method, ifMatch, allow }: Route) {
  const names: (keyof typeof parameters)[] = [];
  if (Array.isArray(allow)) names.push("Clinic");
  if (method === "POST") names.push("IdempotencyKey");
  if (ifMatch) names.push(ifMatch === "required" ? "IfMatch" : "IfMatchOptional");
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}
