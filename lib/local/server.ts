import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { api, type NamedRoute } from "../../functions/api.ts";
import { missing, type Refusal, refuse } from "../../functions/kernel/problem.ts";
import { corsHeaders, methodNotAllowed, preflight, problem, send } from "./answers.ts";
import { docsFile } from "./docs.ts";
import { eventOf } from "./event.ts";
import { closeServer, listen } from "./listen.ts";
import { routerOf } from "./router.ts";
import type { Workers } from "./workers.ts";

/** Calls a route's function with an event, as the gateway does. */
export type Invoke = (route: NamedRoute, event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

export interface Gateway {
  /** Zero takes any free port. */
  port: number;
  /** Origins that browsers may call from. */
  origins: readonly string[];
  invoke: Invoke;
  /** Lets a request say with `x-test-now` (RFC 3339) when it came in, and wake the workers. */
  testClock?: boolean | undefined;
  /** What works beside the requests, once it does. */
  workers?: () => Promise<Pick<Workers, "tick" | "settled" | "scanned"> | undefined>;
}

export interface Listening {
  url: string;
  close(): Promise<void>;
}

/** API Gateway refuses a larger body. */
const largestBody = 10 * 1024 * 1024;
const findPlace = routerOf(api);

/** Serves the API's routes in API Gateway's manner, and the reference page. @throws CannotStart if the port is taken */
export async function startServer(gateway: Gateway): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    respond(gateway, request, response).catch(() => response.destroy());
  });
  const port = await listen(server, gateway.port);
  return { url: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}

async function respond(gateway: Gateway, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const page = request.method === "GET" && (await docsFile(path));
  if (page) {
    response.writeHead(200, page.headers).end(page.body);
    return;
  }
  const woken = request.method === "POST" ? await wakeWorkers(gateway, request, path) : undefined;
  if (woken) {
    response.writeHead(woken).end();
    return;
  }
  const requestId = randomUUID();
  response.setHeader("x-amzn-requestid", requestId);
  send(response, await answerTo(gateway, request, path, requestId));
}

/**
 * `POST /local/scanned` stands in for EventBridge: it hands a virus scanner's event on, and answers 500 where that would be told
 * to the failure queue. The rest is for tests: `POST /local/tick` has the clock's workers (of the room `x-test-room`, where it is given) do what is due at `x-test-now`; after it, as after
 * `POST /local/settled`, all that the outbox has told until then is dealt with; after `POST /local/sealed`, all of the
 * audit trail. Gives the status to answer with, if it was one of these.
 */
async function wakeWorkers(gateway: Gateway, request: IncomingMessage, path: string): Promise<number | undefined> {
  if (path === "/local/scanned") return handScanOn(gateway, request);
  if (!gateway.testClock || !["/local/tick", "/local/settled", "/local/sealed"].includes(path)) return undefined;
  const workers = await gateway.workers?.();
  const room = request.headers["x-test-room"];
  if (path === "/local/tick")
    await workers?.tick(arrivalOf(gateway, request), typeof room === "string" ? `${room}.` : "");
  await workers?.settled(path === "/local/sealed" ? "trail" : "events");
  return 204;
}

async function handScanOn(gateway: Gateway, request: IncomingMessage): Promise<number> {
  const workers = await gateway.workers?.();
  try {
    const event = JSON.parse(String(await bodyOf(request)));
    return (await workers?.scanned(event)) ? 204 : 500;
  } catch {
    return 400;
  }
}

async function answerTo(
  gateway: Gateway,
  request: IncomingMessage,
  path: string,
  requestId: string,
): Promise<APIGatewayProxyResult> {
  const { method = "GET" } = request;
  const origin = request.headers.origin;
  const cors = corsHeaders(origin, gateway.origins);
  const answer = (refusal: Refusal, headers = {}) => problem(refusal, requestId, { ...cors, ...headers });

  const place = placeOf(method, path);
  if (place === "malformed") return answer(invalid("The path is not properly percent-encoded."));
  if (!place) return answer(missing());
  const { route, methods, params } = place;
  if (method === "OPTIONS") return preflight(origin, gateway.origins, methods);
  if (!route) return methodNotAllowed(methods, requestId, cors);
  const at = arrivalOf(gateway, request);
  if (Number.isNaN(at)) return answer(invalid("x-test-now takes an instant such as 2026-12-01T14:00:00Z."));
  const body = await bodyOf(request);
  if (!body) return answer(tooLarge, { connection: "close" });
  const event = eventOf({ request, body, route, params, at, requestId });
  return gateway.invoke(route, event).catch((error: unknown) => {
    console.error(`${route.name} failed:`, error);
    return answer(refuse("unexpected", "unexpected", "The function did not answer."));
  });
}

const invalid = (detail: string) => refuse("invalid", "invalid-request", detail);
const tooLarge = refuse("too-large", "too-large", "A request's body may have 10 MB.");

function placeOf(method: string, path: string) {
  try {
    return findPlace(method, path);
  } catch {
    return "malformed";
  }
}

function arrivalOf({ testClock }: Gateway, request: IncomingMessage): number {
  const told = request.headers["x-test-now"];
  return testClock && typeof told === "string" ? Date.parse(told) : Date.now();
}

/** A request's body; undefined if it is too large. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request.iterator({ destroyOnReturn: false })) {
    length += (piece as Buffer).length;
    if (length > largestBody) {
      // The rest is read and dropped, since a sender still sending would not see the answer.
      request.resume();
      return undefined;
    }
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces);
}
