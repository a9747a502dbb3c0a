import { createHash } from "node:crypto";
import type { APIGatewayProxyResult } from "aws-lambda";
import * as z from "zod/mini";
import { env, envOr } from "./env.ts";
import { type Exchange, headerOf, stageOf } from "./exchange.ts";
import { isPassing } from "./passing.ts";
import { busy, problemOf, Refusal, refuse } from "./problem.ts";
import { isOfNewThing, type Route } from "./route.ts";

/** The HTTP answer to a granted request, by its route's declaration. Outside production it must fit its schema. */
export function answerOf({ answer, path }: Route, event: Exchange, body: unknown): APIGatewayProxyResult {
  if (answer.schema && envOr("CHECK_ANSWERS") === "on") z.parse(answer.schema, JSON.parse(JSON.stringify(body)));
  const { id, version } = (body ?? {}) as { id?: string; version?: number };
  const text = textOf(answer, body);
  const kept = answer.cached ? { "cache-control": `${answer.cached}, no-cache`, etag: tagOf(text) } : undefined;
  if (kept && hasSeen(event, kept.etag))
    return { statusCode: 304, headers: { ...commonHeaders(event), ...kept }, body: "" };
  return {
    statusCode: answer.status,
    headers: {
      ...commonHeaders(event),
      ...kept,
      ...(answer.status === 204
        ? {}
        : { "content-type": answer.media ? `${answer.media}; charset=utf-8` : "application/json" }),
      ...(answer.versioned ? { etag: `"${version}"` } : {}),
      ...(isOfNewThing(answer) ? { location: `${located(answer.location ?? path, event)}/${id}` } : {}),
    },
    body: text,
  };
}

/** An ETag for a text that has no version of its own. */
function tagOf(text: string): string {
  return `"${createHash("sha256").update(text).digest("base64url")}"`;
}

/** Whether If-None-Match names what would be answered; compared weakly (RFC 9110, 13.1.2). */
function hasSeen(event: Exchange, tag: string): boolean {
  const seen = headerOf(event, "if-none-match")?.split(",") ?? [];
  return seen.some((each) => each.trim().replace(/^W\//, "") === tag);
}

function textOf({ status, media }: Route["answer"], body: unknown): string {
  if (status === 204) return "";
  return media ? String(body) : JSON.stringify(body);
}

/** A route's path with its parameters, below whatever the gateway puts before it (a stage's name). */
function located(path: string, event: Exchange): string {
  return stageOf(event) + path.replaceAll(/\{(\w+)\}/g, (_, name: string) => event.pathParameters?.[name] ?? "");
}

/** The HTTP answer to a refused or failed request. */
export function problemAnswer(event: Exchange, error: unknown): APIGatewayProxyResult {
  const refusal = refusalFor(error);
  const problem = problemOf(refusal, event.requestContext.requestId);
  return {
    statusCode: problem.status,
    headers: {
      ...commonHeaders(event),
      "content-type": "application/problem+json",
      ...(problem.status === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...(refusal.details.retryAfter ? { "retry-after": String(refusal.details.retryAfter) } : {}),
    },
    body: JSON.stringify(problem),
  };
}

/** What is not a refusal is out of reach for a moment, or else our own fault; neither says anything of its cause. */
function refusalFor(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return isPassing(error) ? busy() : refuse("unexpected", "unexpected", "Something went wrong on our side.");
}

function commonHeaders(event: Exchange): Record<string, string> {
  const origin = headerOf(event, "origin");
  const isAllowed = origin && env("ORIGINS").split(",").includes(origin);
  return {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-request-id": event.requestContext.requestId,
    vary: "Origin",
    ...(isAllowed
      ? {
          "access-control-allow-origin": origin,
          "access-control-expose-headers": "ETag, Location, Retry-After, X-Request-Id",
        }
      : {}),
  };
}
