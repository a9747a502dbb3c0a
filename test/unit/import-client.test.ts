import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../../lib/import/client.ts";
import { givenToken, signedIn } from "../../lib/import/session.ts";

interface Heard {
  key: string | undefined;
  authorization: string | undefined;
  body: string;
}

/** What the server at the other end does with the requests, one by one; the last goes on for the rest. */
let answers: ((response: ServerResponse, heard: Heard) => void)[];
let heard: Heard[];
let waits: number[];
let server: Server;
let url: string;

beforeEach(async () => {
  [answers, heard, waits] = [[], [], []];
  server = createServer((request, response) => void take(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((closed) => server.close(closed).closeAllConnections()));

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await request.toArray()).toString();
  const { authorization } = request.headers;
  const one = { key: request.headers["idempotency-key"] as string | undefined, authorization, body };
  heard.push(one);
  (answers[Math.min(heard.length, answers.length) - 1] ?? created)(response, one);
}

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  return (response: ServerResponse) => void response.writeHead(status, headers).end(JSON.stringify(body));
}

const created = answer(201, { id: "pat_1", version: 1 });
const hangUp = (response: ServerResponse) => void response.destroy();
const patience = { attempts: 4, first: 8, longest: 16 };
const wait = async (ms: number) => waits.push(ms);
const api = (session = givenToken("t")) => connect({ url, session, patience, wait });

test.each([
  ["that the API is busy", answer(503, { code: "busy" }, { "retry-after": "7" })],
  ["too many requests", answer(429, { message: "Too Many Requests" }, { "retry-after": "7" })],
])("an answer of %s is waited for as long as it asks, and tried again under the same key", async (_, refusal) => {
  answers = [refusal, refusal, created];
  expect(await api().post("/v1/patients", { name: 1 })).toMatchObject({ kind: "done", id: "pat_1" });
  expect(heard.map(({ body }) => body)).toEqual(['{"name":1}', '{"name":1}', '{"name":1}']);
  expect(new Set(heard.map(({ key }) => key)).size).toBe(1);
  expect(waits.map((ms) => ms >= 7000 && ms <= 7016)).toEqual([true, true]);
});

test("a date in Retry-After is waited for, too", async () => {
  answers = [answer(503, {}, { "retry-after": new Date(Date.now() + 60_000).toUTCString() }), created];
  await api().post("/v1/patients", {});
  expect(waits[0]).toBeGreaterThan(50_000);
});

test("a lost reply and an internal error are tried again, under the same key", async () => {
  answers = [hangUp, answer(500, { code: "unexpected" }), created];
  expect(await api().post("/v1/patients", {})).toMatchObject({ kind: "done", id: "pat_1" });
  expect(new Set(heard.map(({ key }) => key)).size).toBe(1);
});

test("the waits before further attempts stay within a growing span", async () => {
  answers = [hangUp];
  await api().post("/v1/patients", {});
  expect(waits.map((ms, at) => ms <= [8, 16, 16][at]!)).toEqual([true, true, true]);
});

test("what never succeeds has failed after as many attempts as patience allows", async () => {
  answers = [answer(503, { code: "busy" })];
  expect(await api().post("/v1/patients", {})).toEqual({ kind: "failed", reason: "503 busy" });
  expect(heard).toHaveLength(4);
});

test("two requests go under two keys", async () => {
  await api().post("/v1/patients", {});
  await api().post("/v1/patients", {});
  expect(new Set(heard.map(({ key }) => key)).size).toBe(2);
});

test("an API that is gone is a failure that names its cause", async () => {
  const gone = connect({ url: "http://127.0.0.1:1", session: givenToken("t"), patience, wait });
  expect(await gone.post("/v1/patients", {})).toMatchObject({
    kind: "failed",
    reason: expect.stringMatching(/^no answer: /),
  });
});

test.each(["mrn-taken", "identifier-taken"])("409 %s tells the id of what is there already", async (code) => {
  answers = [answer(409, { code, existing: "pat_0" })];
  expect(await api().post("/v1/patients", {})).toEqual({ kind: "existing", id: "pat_0" });
});

test("a refusal is told by its code and fields, never by what they held, and is not tried again", async () => {
  const errors = [{ path: "phones.0", message: "Ana" }, { path: "phones.1" }, { path: "address.city" }];
  answers = [answer(400, { code: "invalid-request", detail: "Ana Souza", errors })];
  expect(await api().post("/v1/patients", {})).toEqual({
    kind: "refused",
    reason: "400 invalid-request (address.city, phones)",
  });
  expect(heard).toHaveLength(1);
});

test("a token that is given and not accepted stops the import", async () => {
  answers = [answer(401, { code: "unauthenticated" })];
  await expect(api().post("/v1/patients", {})).rejects.toThrow("the access token is not accepted");
});

test.each([
  [403, "role-not-allowed", "may not import"],
  [403, "not-a-member", "does not belong"],
  [400, "clinic-required", "name one with --clinic"],
])("%d %s stops the import, since all that follows would be refused as well", async (status, code, said) => {
  answers = [answer(status, { code })];
  await expect(api().post("/v1/patients", {})).rejects.toThrow(said);
});

test("what a firewall turns away is refused alone", async () => {
  answers = [answer(403, { message: "Forbidden" })];
  expect(await api().post("/v1/patients", {})).toEqual({ kind: "refused", reason: "403" });
});

test("when a token has expired, requests made at once sign in again once, and all succeed", async () => {
  let signIns = 0;
  const session = signedIn(async () => {
    signIns += 1;
    return `token-${signIns}`;
  });
  answers = [
    (response, { authorization }) => (authorization === "Bearer token-1" ? answer(401, {}) : created)(response),
  ];
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => api(session).post("/v1/patients", {})));
  expect(outcomes.every(({ kind }) => kind === "done")).toBe(true);
  expect(signIns).toBe(2);
});

test("a sign-in that is refused stops the import with its reason", async () => {
  const session = signedIn(() => Promise.reject(new Error("no such user")));
  await expect(api(session).post("/v1/patients", {})).rejects.toThrow("cannot sign in: no such user");
});
