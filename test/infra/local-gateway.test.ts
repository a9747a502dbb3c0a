import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Listening, startServer } from "../../lib/local/server.ts";

const id = "pat_2x8J5mQwTzR7kVbN4cYpLd";
const ours = "http://localhost:5173";
let server: Listening;
let seen: { handler: string; event: APIGatewayProxyEvent }[];
let answer: () => APIGatewayProxyResult;

beforeAll(async () => {
  server = await startServer({
    port: 0,
    origins: [ours],
    testClock: true,
    invoke: async ({ handler }, event) => {
      seen.push({ handler, event });
      return answer();
    },
  });
});

beforeEach(() => {
  seen = [];
  answer = () => ({ statusCode: 200, body: "{}" });
});

afterAll(() => server.close());

const get = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, init);

/** What the function was handed for a request that it alone was sent. */
async function eventOf(path: string, init: RequestInit = {}): Promise<APIGatewayProxyEvent> {
  const { status } = await get(path, init);
  if (status !== 200) throw new Error(`answered ${status}`);
  return (seen[0] as (typeof seen)[0]).event;
}

describe("the event", () => {
  test("names the resource, the path as sent and its parameters decoded", async () => {
    const event = await eventOf(`/v1/patients/${encodeURIComponent("Zoë/1 %")}/records`);
    expect(seen[0]?.handler).toBe("records/list");
    expect(event).toMatchObject({
      resource: "/v1/patients/{patientId}/records",
      path: "/v1/patients/Zo%C3%AB%2F1%20%25/records",
      httpMethod: "GET",
      pathParameters: { patientId: "Zoë/1 %" },
      body: null,
      isBase64Encoded: false,
      stageVariables: null,
    });
  });

  test("holds a path of dots as it was sent", async () => {
    const sent = request(server.url, { path: "/v1/patients/..?name=b?c" }).end();
    await new Promise((resolve) => sent.once("response", (response) => resolve(text(response))));
    expect(seen[0]?.event).toMatchObject({
      path: "/v1/patients/..",
      pathParameters: { patientId: ".." },
      queryStringParameters: { name: "b?c" },
    });
  });

  test("holds what is absent as null", async () => {
    const event = await eventOf("/v1/health");
    const { pathParameters, queryStringParameters, multiValueQueryStringParameters } = event;
    expect([pathParameters, queryStringParameters, multiValueQueryStringParameters]).toEqual([null, null, null]);
  });

  test("holds the query decoded: the last value of each name, and all of them", async () => {
    const event = await eventOf("/v1/patients?name=Zo%C3%AB+M&name=O%27Brien&limit=5&cursor=");
    expect(event.queryStringParameters).toEqual({ name: "O'Brien", limit: "5", cursor: "" });
    expect(event.multiValueQueryStringParameters).toEqual({ name: ["Zoë M", "O'Brien"], limit: ["5"], cursor: [""] });
  });

  test("holds the header lines, the case kept and a repeated one with all its values", async () => {
    const headers = [
      "Praxis-Clinic",
      "cln_1",
      "x-Seen",
      "1",
      "X-Seen",
      "2",
      "X-Forwarded-For",
      "10.0.0.9",
      "Host",
      "h",
    ];
    const sent = request(`${server.url}/v1/health`, { headers }).end();
    await new Promise((resolve) => sent.once("response", (response) => resolve(text(response))));
    const { headers: last, multiValueHeaders } = (seen[0] as (typeof seen)[0]).event;
    expect(last).toMatchObject({ "Praxis-Clinic": "cln_1", "x-Seen": "2", "X-Forwarded-For": "10.0.0.9, 127.0.0.1" });
    expect(multiValueHeaders).toMatchObject({ "Praxis-Clinic": ["cln_1"], "x-Seen": ["1", "2"] });
  });

  test("holds who asked, when, and a request id that the answer names too", async () => {
    const before = Date.now();
    const response = await get("/v1/health", { headers: { "user-agent": "probe/1" } });
    const { requestContext } = (seen[0] as (typeof seen)[0]).event;
    expect(requestContext).toMatchObject({
      httpMethod: "GET",
      identity: { sourceIp: "127.0.0.1", userAgent: "probe/1" },
      path: "/v1/health",
      protocol: "HTTP/1.1",
      requestId: response.headers.get("x-amzn-requestid"),
      resourcePath: "/v1/health",
      stage: "local",
    });
    expect(requestContext.requestTimeEpoch).toBeGreaterThanOrEqual(before);
    expect(requestContext.requestTimeEpoch).toBeLessThanOrEqual(Date.now());
    expect(requestContext.requestId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  test("was made when x-test-now says, on a server with a test clock", async () => {
    const event = await eventOf("/v1/health", { headers: { "x-test-now": "2026-12-01T09:05:07-05:00" } });
    expect(event.requestContext.requestTimeEpoch).toBe(Date.UTC(2026, 11, 1, 14, 5, 7));
    expect(event.requestContext.requestTime).toBe("01/Dec/2026:14:05:07 +0000");
  });

  test("is made now, whatever x-test-now says, on any other server", async () => {
    let at = 0;
    const plain = await startServer({
      port: 0,
      origins: [],
      invoke: async (_, { requestContext }) => {
        at = requestContext.requestTimeEpoch;
        return answer();
      },
    });
    await fetch(`${plain.url}/v1/health`, { headers: { "x-test-now": "2020-01-01T00:00:00Z" } });
    await plain.close();
    expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
  });

  test("holds a text body as it is, a byte order mark included, and other bytes in base64", async () => {
    const post = (body: string | Uint8Array<ArrayBuffer>) => get("/v1/patients", { method: "POST", body });
    const bytes = new Uint8Array([0xff, 0xfe, 0x00]);
    await post('\uFEFF{"name":"陳大文"}');
    await post(bytes);
    expect(seen.map(({ event }) => [event.body, event.isBase64Encoded])).toEqual([
      ['\uFEFF{"name":"陳大文"}', false],
      [Buffer.from(bytes).toString("base64"), true],
    ]);
  });
});

interface Init extends RequestInit {
  headers?: Record<string, string>;
}

describe("the answer", () => {
  test("is the function's: status, headers, repeated headers, body", async () => {
    answer = () => ({
      statusCode: 201,
      headers: { etag: '"1"' },
      multiValueHeaders: { "set-cookie": ["a=1", "b=2"] },
      body: Buffer.from("Zoë").toString("base64"),
      isBase64Encoded: true,
    });
    const response = await get(`/v1/patients/${id}`);
    expect([response.status, response.headers.get("etag"), await response.text()]).toEqual([201, '"1"', "Zoë"]);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test.each<[what: string, status: number, code: string, path: string, init: Init]>([
    ["an unknown path", 404, "not-found", "/v1/nothing", {}],
    ["a known path with something behind it", 404, "not-found", "/v1/health/", {}],
    ["an empty parameter", 404, "not-found", "/v1/patients//records", {}],
    ["a method that the path does not know", 405, "method-not-allowed", "/v1/patients", { method: "DELETE" }],
    ["a path that is not percent-encoded", 400, "invalid-request", "/v1/patients/%ff", {}],
    ["a body over 10 MB", 413, "too-large", "/v1/patients", { method: "POST", body: "x".repeat(10 * 1024 * 1024 + 1) }],
    ["a test clock that is no instant", 400, "invalid-request", "/v1/health", { headers: { "x-test-now": "soon" } }],
  ])("to %s is a %i, and no function is asked", async (_, status, code, path, init) => {
    const response = await get(path, { ...init, headers: { ...init.headers, origin: ours } });
    const problem = await response.json();
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("access-control-allow-origin")).toBe(ours);
    expect([response.status, seen]).toEqual([status, []]);
    expect(problem).toMatchObject({ type: `urn:praxis:problem:${code}`, status, code, requestId: expect.any(String) });
  });

  test("to a wrong method names the right ones", async () => {
    const { headers } = await get("/v1/patients", { method: "DELETE" });
    expect(headers.get("allow")?.split(", ").toSorted()).toEqual(["GET", "OPTIONS", "POST"]);
  });

  test("lets a body of 10 MB through", async () => {
    const event = await eventOf("/v1/patients", { method: "POST", body: "x".repeat(10 * 1024 * 1024) });
    expect(event.body).toHaveLength(10 * 1024 * 1024);
  });
});

describe("a browser's preflight", () => {
  const ask = (origin: string) => get(`/v1/patients/${id}`, { method: "OPTIONS", headers: { origin } });

  test("from an origin of ours is told what it may send", async () => {
    const { status, headers } = await ask(ours);
    expect([status, headers.get("access-control-allow-origin"), headers.get("vary")]).toEqual([204, ours, "Origin"]);
    expect(headers.get("access-control-allow-methods")).toBe("GET, PATCH, OPTIONS");
    expect(headers.get("access-control-allow-headers")).toContain("Authorization");
    expect(headers.get("access-control-max-age")).toBe("600");
  });

  test.each(["http://evil.example", "null", `${ours}.evil.example`])("from %s is told nothing", async (origin) => {
    const { status, headers } = await ask(origin);
    expect([status, headers.get("vary")]).toEqual([204, "Origin"]);
    expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

describe("the API reference page", () => {
  test("loads from this server alone, and its policy forbids every other", async () => {
    const page = await get("/docs");
    const html = await page.text();
    const sources = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source);
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(sources).toEqual(["data:,", "/docs/scalar.js", "/docs/start.js"]);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'");
    expect(policy).not.toMatch(/https?:|\*/);
  });

  test("shows the API's own document, with all that would ask another host switched off", async () => {
    const start = await (await get("/docs/start.js")).text();
    const settings = JSON.parse(/\{.*\}/.exec(start)?.[0] ?? "");
    expect(settings).toMatchObject({ url: "/v1/openapi.json", withDefaultFonts: false, telemetry: false });
    expect(settings).toMatchObject({ agent: { disabled: true } });
    expect(settings).not.toHaveProperty("proxyUrl");
    expect((await (await get("/docs/scalar.js")).text()).length).toBeGreaterThan(1_000_000);
  });
});
