import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEvent } from "aws-lambda";
import type { NamedRoute } from "../../functions/api.ts";

const stage = "local";

/** A request as it came in, with what the server found out about it. */
export interface Arrived {
  request: IncomingMessage;
  body: Buffer;
  route: NamedRoute;
  params: Record<string, string>;
  /** Milliseconds since 1970. */
  at: number;
  requestId: string;
}

/** The event that API Gateway's REST API hands a Lambda proxy integration (format version 1.0). */
export function eventOf(arrived: Arrived): APIGatewayProxyEvent {
  const { request, route, params, body } = arrived;
  // As it was sent: the URL class would resolve a `..`, which here is a parameter like any other.
  const [path = "/", ...search] = (request.url ?? "/").split("?");
  const headers = headersOf(request);
  const query = Object.groupBy([...new URLSearchParams(search.join("?"))], ([name]) => name);
  const values = Object.entries(query).map(([name, pairs = []]) => [name, pairs.map(([, value]) => value)] as const);
  return {
    resource: route.path,
    path,
    httpMethod: route.method,
    headers: lastOf(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: values.length > 0 ? lastOf(values) : null,
    multiValueQueryStringParameters: values.length > 0 ? Object.fromEntries(values) : null,
    pathParameters: Object.keys(params).length > 0 ? params : null,
    stageVariables: null,
    requestContext: requestContextOf(arrived, path),
    ...bodyOf(body),
  };
}

/** The header lines by name, in the case they were sent in; API Gateway adds whom it got the request from. */
function headersOf(request: IncomingMessage): [string, string[]][] {
  const lines = new Map<string, string[]>();
  const caseOf = new Map<string, string>();
  const add = (name: string, value: string) => {
    const written = caseOf.get(name.toLowerCase()) ?? name;
    caseOf.set(name.toLowerCase(), written);
    lines.set(written, [...(lines.get(written) ?? []), value]);
  };
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const [name = "", value = ""] = request.rawHeaders.slice(index, index + 2);
    if (name.toLowerCase() !== "x-forwarded-for") add(name, value);
  }
  const before = request.headers["x-forwarded-for"];
  add("X-Forwarded-For", [before ?? [], sourceIpOf(request)].flat().join(", "));
  add("X-Forwarded-Port", String(request.socket.localPort));
  add("X-Forwarded-Proto", "http");
  return [...lines];
}

function lastOf(values: Iterable<readonly [string, string[]]>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? ""]));
}

function sourceIpOf(request: IncomingMessage): string {
  return request.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "127.0.0.1";
}

/** The body as text; what is not UTF-8 goes in base64, and nothing as null. */
function bodyOf(body: Buffer): Pick<APIGatewayProxyEvent, "body" | "isBase64Encoded"> {
  if (body.length === 0) return { body: null, isBase64Encoded: false };
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    return { body: text, isBase64Encoded: false };
  } catch {
    return { body: body.toString("base64"), isBase64Encoded: true };
  }
}

function requestContextOf(
  { request, route, at, requestId }: Arrived,
  path: string,
): APIGatewayProxyEvent["requestContext"] {
  const host = request.headers.host ?? "localhost";
  return {
    accountId: "000000000000",
    apiId: stage,
    authorizer: null,
    domainName: host,
    domainPrefix: host.split(".")[0],
    extendedRequestId: randomBytes(9).toString("base64url"),
    httpMethod: route.method,
    identity: identityOf(request),
    // As behind a domain of its own: the address shows no stage.
    path,
    protocol: `HTTP/${request.httpVersion}`,
    requestId,
    requestTime: writtenTime(at),
    requestTimeEpoch: at,
    resourceId: route.name,
    resourcePath: route.path,
    stage,
  };
}

function identityOf(request: IncomingMessage): APIGatewayProxyEvent["requestContext"]["identity"] {
  return {
    accessKey: null,
    accountId: null,
    apiKey: null,
    apiKeyId: null,
    caller: null,
    clientCert: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: sourceIpOf(request),
    user: null,
    userAgent: request.headers["user-agent"] ?? null,
    userArn: null,
  };
}

/** The Common Log Format's time: `09/Apr/2026:12:34:56 +0000`. */
function writtenTime(at: number): string {
  const [, day, month, year, time] = new Date(at).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
