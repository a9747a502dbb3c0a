import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyResult } from "aws-lambda";
import { envOr } from "./env.ts";
import type { Exchange } from "./exchange.ts";
import { Refusal } from "./problem.ts";
import type { Route } from "./route.ts";
import type { SealBroken } from "./vault.ts";

/*
 * Lambda itself makes JSON of what the console is given, with time, level and request id (its log format is JSON); a
 * logging library would do the same again, at the price of its loading.
 */

/**
 * One line per request: the route's template, the status, the time taken, who asked, in which clinic. Never a path, a
 * query, a body or an error's message, since any of them may hold a person's data.
 */
export function logged(route: Pick<Route, "method" | "path">): MiddlewareObj<Exchange, APIGatewayProxyResult> {
  const started = new WeakMap<Exchange, number>();
  const line = (event: Exchange, answer: APIGatewayProxyResult | null | undefined) => {
    if ((envOr("LOG") ?? "all") !== "all") return;
    console.info({
      message: "request",
      requestId: event.requestContext.requestId,
      route: `${route.method} ${route.path}`,
      status: answer?.statusCode,
      ms: Math.round(performance.now() - (started.get(event) ?? 0)),
      user: event.user,
      clinic: event.caller?.clinic,
    });
  };
  return {
    before: ({ event }) => void started.set(event, performance.now()),
    after: ({ event, response }) => line(event, response),
    onError: ({ event, response, error }) => {
      if (!(error instanceof Refusal) && envOr("LOG") !== "none") {
        console.error({ message: "fault", requestId: event.requestContext.requestId, ...faultOf(error) });
      }
      line(event, response);
    },
  };
}

/**
 * Does a worker's piece of work and says so in one line: what it was, the time taken, the clinic. Never an error's message.
 * Answers whether it was done.
 */
export async function logWork(about: Record<string, unknown>, work: () => Promise<void>): Promise<boolean> {
  const started = performance.now();
  const level = envOr("LOG") ?? "all";
  try {
    await work();
    if (level === "all") console.info({ ...about, ms: Math.round(performance.now() - started) });
    return true;
  } catch (error) {
    if (level !== "none") console.error({ ...about, failed: true, ...faultOf(error as Error) });
    return false;
  }
}

/** Says in the log what an alarm listens for; silent only where nothing is logged. */
export function raise(message: string, about: Record<string, unknown>): void {
  if (envOr("LOG") !== "none") console.error({ message, ...about });
}

/** What may be told of an unforeseen error: its kind and where it arose, not its message; of a blob, where it lies. */
function faultOf(error: Error | null | undefined) {
  const frames = (error?.stack ?? "").split("\n").filter((row) => /^\s+at /.test(row));
  const sealed = error?.name === "SealBroken" ? brokenAt(error as SealBroken) : {};
  return { error: error?.name, ...sealed, at: frames.slice(0, 8).map((row) => row.trim()) };
}

/** A cursor's id is what was asked for, which no log may hold; other ids are written in letters, digits and few signs. */
function brokenAt({ message, place }: SealBroken) {
  return { why: message, place: { ...place, id: /^[\w#-]{1,100}$/.test(place.id) ? place.id : undefined } };
}
