import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { api, type NamedRoute } from "../functions/api.ts";

/** What is asked of a route, and with whose access token. */
export interface Asked {
  token: string;
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  /** The version for If-Match. */
  version?: number;
}

type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/**
 * A request made ready: what the answer's body is, once it is invoked. Only the handler runs then, as in Lambda; the
 * event is made beforehand, since there API Gateway makes it. To be invoked once. An answer that is no success throws.
 */
export async function prepare(name: string, asked: Asked): Promise<() => Promise<string>> {
  const invoke = await prepareAny(name, asked);
  return async () => {
    const { statusCode, body } = await invoke();
    if (statusCode >= 300) throw new Error(`${name} answered ${statusCode}: ${body}`);
    return body;
  };
}

/** The same for requests that may be refused. */
export async function prepareAny(name: string, asked: Asked): Promise<() => Promise<APIGatewayProxyResult>> {
  const route = routeOf(name);
  // By a path at run time, since a handler reads the environment as it is loaded.
  const { handler } = (await import(new URL(`../functions/${route.handler}.ts`, import.meta.url).href)) as {
    handler: Handler;
  };
  const event = eventOf(route, asked);
  return () => handler(event, context);
}

/** Asks a route and gives the answer's body. */
export async function ask<Body>(name: string, asked: Asked): Promise<Body> {
  const invoke = await prepare(name, asked);
  return JSON.parse(await invoke()) as Body;
}

function routeOf(name: string): NamedRoute {
  const route = api.find((each) => each.name === name);
  if (!route) throw new Error(`there is no route ${name}`);
  return route;
}

/** The event of API Gateway's REST API (format version 1.0), with the headers that a browser's request has there. */
function eventOf(route: NamedRoute, { token, params, query, body, version }: Asked): APIGatewayProxyEvent {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params?.[name] ?? "");
  const headers: Record<string, string> = {
    accept: "application/json",
    "accept-encoding": "gzip, deflate, br, zstd",
    "accept-language": "en-US,en;q=0.9",
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    Host: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
    ...(route.method === "POST" ? { "idempotency-key": randomUUID() } : {}),
    ...(version === undefined ? {} : { "if-match": `"${version}"` }),
    origin: "http://localhost:5173",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "X-Amzn-Trace-Id": "Root=1-6915c8a0-3f2b1c4d5e6f708192a3b4c5",
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Proto": "https",
  };
  const listed = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
  return {
    resource: route.path,
    path,
    httpMethod: route.method,
    headers,
    multiValueHeaders: listed(headers),
    queryStringParameters: query ?? null,
    multiValueQueryStringParameters: query ? listed(query) : null,
    pathParameters: params ?? null,
    stageVariables: null,
    requestContext: {
      requestId: randomUUID(),
      requestTimeEpoch: Date.now(),
      identity: { sourceIp: "203.0.113.7" },
      httpMethod: route.method,
      path: `/prod${path}`,
      stage: "prod",
      resourcePath: route.path,
    } as APIGatewayProxyEvent["requestContext"],
    body: body === undefined ? null : JSON.stringify(body),
    isBase64Encoded: false,
  };
}

const context = {
  callbackWaitsForEmptyEventLoop: true,
  functionName: "praxis-bench",
  functionVersion: "$LATEST",
  awsRequestId: randomUUID(),
  getRemainingTimeInMillis: () => 10_000,
} as Context;
