import type { ServerResponse } from "node:http";
import type { APIGatewayProxyResult } from "aws-lambda";
import { problemOf, type Refusal, refuse } from "../../functions/kernel/problem.ts";

type Headers = NonNullable<APIGatewayProxyResult["headers"]>;

/** A refusal that is the gateway's own, before any handler was asked (RFC 9457). */
export function problem(refusal: Refusal, requestId: string, headers: Headers = {}): APIGatewayProxyResult {
  return problemAnswer(problemOf(refusal, requestId), headers);
}

/** A path that exists, asked with a method that it does not know (RFC 9110, 15.5.6). */
export function methodNotAllowed(
  methods: readonly string[],
  requestId: string,
  headers: Headers,
): APIGatewayProxyResult {
  const allow = [...methods, "OPTIONS"].join(", ");
  const refusal = refuse("invalid", "method-not-allowed", `This path knows: ${allow}.`);
  const document = { ...problemOf(refusal, requestId), title: "Method not allowed", status: 405 };
  return problemAnswer(document, { ...headers, allow });
}

function problemAnswer(document: { status: number; requestId: string }, headers: Headers): APIGatewayProxyResult {
  const common = {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-request-id": document.requestId,
  };
  return { statusCode: document.status, headers: { ...common, ...headers }, body: JSON.stringify(document) };
}

/** The CORS headers for a caller's origin; none for an origin that is not among those configured. */
export function corsHeaders(origin: string | undefined, origins: readonly string[]): Headers {
  return { vary: "Origin", ...(origin && origins.includes(origin) && { "access-control-allow-origin": origin }) };
}

/** The answer to a browser that asks, before it sends a request, whether it may (the Fetch standard's preflight). */
export function preflight(
  origin: string | undefined,
  origins: readonly string[],
  methods: readonly string[],
): APIGatewayProxyResult {
  const headers = corsHeaders(origin, origins);
  const allowed = {
    "access-control-allow-methods": [...methods, "OPTIONS"].join(", "),
    "access-control-allow-headers": "Authorization, Content-Type, Idempotency-Key, If-Match, Praxis-Clinic",
    "access-control-max-age": "600",
  };
  const isAllowed = "access-control-allow-origin" in headers;
  return { statusCode: 204, headers: isAllowed ? { ...headers, ...allowed } : headers, body: "" };
}

/** Sends what a proxy integration answered. */
export function send(response: ServerResponse, answer: APIGatewayProxyResult): void {
  const { statusCode, headers = {}, multiValueHeaders = {}, body, isBase64Encoded } = answer;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  for (const [name, values] of Object.entries(multiValueHeaders)) response.setHeader(name, values.map(String));
  response.statusCode = statusCode;
  response.end(isBase64Encoded ? Buffer.from(body, "base64") : body);
}
