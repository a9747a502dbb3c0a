import * as z from "zod/mini";
import { type Exchange, headerOf, type Input } from "./exchange.ts";
import { type InputError, missing, refuse } from "./problem.ts";
import type { Route } from "./route.ts";

/** The most a request's body may weigh, in bytes. */
const heaviest = 256 * 1024;
/** How deep a body may be nested; no field of ours is deeper than six. */
const deepest = 32;

/** What a request asks, by its route's schemas. Throws before any table is touched: 400, 404, 413 or 415. */
export function inputOf(route: Route, event: Exchange): Input {
  const params = z.safeParse(route.params ?? none, event.pathParameters ?? {});
  // A malformed id names nothing, just as a random one does.
  if (!params.success) throw missing();
  return {
    params: params.data,
    query: parsed(route.query ?? none, queryOf(event)),
    body: route.body ? parsed(route.body, bodyOf(route, event)) : undefined,
  };
}

const none = z.strictObject({}, { error: "no such parameter" });

function queryOf(event: Exchange): Record<string, string> {
  const single: Record<string, string> = {};
  for (const [name, values] of Object.entries(event.multiValueQueryStringParameters ?? {})) {
    if (values?.length !== 1)
      throw invalid([{ path: name, expected: "one value", message: `${name} should be given once` }]);
    single[name] = values[0] as string;
  }
  mustBeSound(single);
  return single;
}

function bodyOf(route: Route, event: Exchange): unknown {
  const type = headerOf(event, "content-type")?.split(";")[0]?.trim().toLowerCase();
  const accepted =
    route.method === "PATCH" ? ["application/merge-patch+json", "application/json"] : ["application/json"];
  if (!type || !accepted.includes(type)) {
    throw refuse("unsupported-media-type", "unsupported-media-type", `Send ${accepted.join(" or ")}.`);
  }
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > heaviest) throw refuse("too-large", "too-large", `A body may weigh ${heaviest} bytes.`);
  const body = jsonOf(bytes);
  mustBeSound(body);
  return body;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message quotes the input, so it is not passed on.
    throw invalid([{ path: "", expected: "JSON in UTF-8 (RFC 8259)", message: "the body should be JSON in UTF-8" }]);
  }
}

/** Refuses what no field may hold, wherever it is: too deep a nesting, NUL, unpaired surrogates, `__proto__`. */
function mustBeSound(value: unknown, path: string[] = []): void {
  if (path.length > deepest) {
    throw invalid([
      { path: joined(path.slice(0, 4)), expected: `at most ${deepest} levels`, message: "nested too deep" },
    ]);
  }
  if (typeof value === "string") return mustBeText(value, path);
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === "__proto__") throw unknownField([...path, name]);
    mustBeText(name, path);
    mustBeSound(inner, [...path, name]);
  }
}

function mustBeText(value: string, path: string[]): void {
  if (value.isWellFormed() && !value.includes("\0")) return;
  const expected = "text without NUL or unpaired surrogates";
  throw invalid([{ path: joined(path), expected, message: `${joined(path) || "the body"} should be ${expected}` }]);
}

function unknownField(names: string[]) {
  const path = joined(names);
  return invalid([{ path, expected: "no such field", message: `there is no field ${path}` }]);
}

/** A path as told. Names that only the caller knows may be of any length: their beginning will do. */
function joined(path: string[]): string {
  return path.join(".").slice(0, 200).toWellFormed();
}

/** A value by a schema, or the refusal (400) that names every field that does not fit. */
export function parsed<Schema extends z.core.$ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  throw invalid(result.error.issues.flatMap((issue) => errorsOf(issue, value)));
}

/** How many errors a refusal tells: enough to mend a request by, few enough to send. */
const mostErrors = 100;

/** The refusal of a request whose input does not fit; what is wrong in one way is told once. */
export function invalid(all: InputError[]) {
  const errors = [...new Map(all.map((error) => [JSON.stringify(error), error])).values()].slice(0, mostErrors);
  return refuse("invalid", "invalid-request", { detail: "The request does not fit what this route takes.", errors });
}

function errorsOf(issue: z.core.$ZodIssue, value: unknown): InputError[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys")
    return issue.keys.flatMap((key) => unknownField([...path, key]).details.errors ?? []);
  const at = path.join(".") || "the body";
  const expected = issue.message;
  const isAbsent =
    issue.path.reduce<unknown>((inner, name) => (inner as Record<PropertyKey, unknown> | undefined)?.[name], value) ===
    undefined;
  return [
    {
      path: path.join("."),
      expected,
      message: isAbsent ? `${at} is required: ${expected}` : `${at} should be ${expected}`,
    },
  ];
}
