import { randomUUID } from "node:crypto";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seed } from "../../bin/seed.ts";
import { newId } from "../../functions/kernel/ids.ts";
import { type Backend, startBackend } from "../../lib/local/backend.ts";
import { demoPassword } from "../../lib/local/demo.ts";
import { startDynamoDb } from "../../lib/local/dynamodb.ts";
import { findJava } from "../../lib/local/java.ts";
import { type FaultProxy, startFaultProxy, transactionConflict } from "../support/fault-proxy.ts";

let proxy: FaultProxy;
let backend: Backend;
let token: string;
let scene: { patient: string; practitioner: string; service: string };
const undo: (() => Promise<unknown>)[] = [];

async function call(method: string, path: string, body?: unknown, key = randomUUID()) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": key };
  const answer = await fetch(`${backend.url}${path}`, { method, headers, body: body ? JSON.stringify(body) : null });
  // biome-ignore lint/suspicious/noExplicitAny: a test says by its assertions what the body is
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as any };
}

beforeAll(async () => {
  const dynamodb = await startDynamoDb(await findJava());
  proxy = await startFaultProxy(dynamodb.endpoint);
  process.env["DYNAMODB_ENDPOINT"] = proxy.endpoint;
  backend = await startBackend({ inMemory: true, port: 0, quiet: true, requestsOnly: true });
  undo.push(backend.stop, proxy.stop, dynamodb.stop);
  await seed(backend);
  token = (await backend.signIn("admin@demo.clinic", demoPassword)).accessToken;
  const first = async (path: string) => (await call("GET", path)).body.items[0].id as string;
  const [practitioner, service] = [await first("/v1/practitioners"), await first("/v1/services")];
  scene = { patient: await first("/v1/patients"), practitioner, service };
});

afterAll(async () => {
  for (const step of undo) await step();
});

/** Some Monday morning, a week on for each call, so that bookings do not meet. */
let weeks = 0;
const nextStart = () => new Date(Date.UTC(2027, 5, 7 + 7 * weeks++, 14)).toISOString();
const listed = async (start: string) => {
  const to = new Date(Date.parse(start) + 60_000).toISOString();
  return (await call("GET", `/v1/appointments?patient=${scene.patient}&from=${start}&to=${to}`)).body.items;
};

describe("a booking", () => {
  it("goes through when other transactions are at the same items", async () => {
    const start = nextStart();
    proxy.next("TransactWriteItems", transactionConflict, transactionConflict);
    expect((await call("POST", "/v1/appointments", { ...scene, start })).status).toBe(201);
  });

  it("that never gets its turn is 503 with Retry-After, not 409, and leaves nothing", async () => {
    const start = nextStart();
    proxy.always("TransactWriteItems", transactionConflict);
    const answer = await call("POST", "/v1/appointments", { ...scene, start });
    proxy.always("TransactWriteItems", undefined);
    expect([answer.status, answer.body.code, answer.headers.get("retry-after")]).toEqual([503, "busy", "1"]);
    expect(await listed(start)).toEqual([]);
  });

  it("whose reply from DynamoDB is lost is made once and answered 201", async () => {
    const start = nextStart();
    proxy.next("TransactWriteItems", "reply-lost");
    const answer = await call("POST", "/v1/appointments", { ...scene, start });
    expect(answer.status).toBe(201);
    expect((await listed(start)).map(({ id }: { id: string }) => id)).toEqual([answer.body.id]);
  });

  it("whose outcome stays unknown is told apart by its key: the next request with it answers what was done", async () => {
    const [start, key] = [nextStart(), randomUUID()];
    proxy.always("TransactWriteItems", "reply-lost");
    const unknown = call("POST", "/v1/appointments", { ...scene, start }, key);
    expect([201, 503]).toContain((await unknown).status);
    proxy.always("TransactWriteItems", undefined);
    const again = await call("POST", "/v1/appointments", { ...scene, start }, key);
    expect(again.status).toBe(201);
    expect((await listed(start)).map(({ id }: { id: string }) => id)).toEqual([again.body.id]);
  });
});

describe("a read", () => {
  it("whose audit entry cannot be written is not answered", async () => {
    proxy.always("BatchWriteItem", "request-lost");
    const answer = await call("GET", `/v1/patients/${scene.patient}`);
    proxy.always("BatchWriteItem", undefined);
    expect(answer.status).toBe(503);
    expect(JSON.stringify(answer.body)).not.toContain("Souza");
    expect((await call("GET", `/v1/patients/${scene.patient}`)).status).toBe(200);
  });

  it("is 503 while DynamoDB is out of reach", async () => {
    proxy.always("BatchGetItem", "request-lost");
    const answer = await call("GET", `/v1/patients/${scene.patient}`);
    proxy.always("BatchGetItem", undefined);
    expect([answer.status, answer.body.code]).toEqual([503, "busy"]);
  });
});

describe("without KMS", () => {
  it("a clinic whose keys are not at hand is answered 503, in either direction, and nothing is written, plain least of all", async () => {
    const { foundClinic } = await import("../../functions/members/found-clinic.ts");
    const { saveMember } = await import("../../functions/members/store.ts");
    const clinic = newId("cln");
    await foundClinic({ id: clinic, name: "Without KMS", zone: "UTC" });
    await saveMember(await backend.createUser("kms@test.clinic", demoPassword), { clinic, role: "admin" });
    const { accessToken } = await backend.signIn("kms@test.clinic", demoPassword);
    const headers = {
      authorization: `Bearer ${accessToken}`,
      "content-type": "application/json",
      "idempotency-key": randomUUID(),
    };
    backend.kms.fail(true);
    const before = proxy.seen("TransactWriteItems");
    const write = await fetch(`${backend.url}/v1/patients`, {
      method: "POST",
      headers,
      body: '{"name":{"text":"Zyxplainqwv"},"mrn":"Zyxplainqwv"}',
    });
    const read = await fetch(`${backend.url}/v1/patients`, { headers });
    backend.kms.fail(false);
    expect([write.status, read.status]).toEqual([503, 503]);
    expect(((await read.json()) as { code: string }).code).toBe("keys-unavailable");
    expect(proxy.seen("TransactWriteItems")).toBe(before);
    const { client } = await import("../../functions/kernel/table.ts");
    for (const TableName of Object.values(backend.tableNames)) {
      const { Items } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
      expect(Items?.length).toBeGreaterThan(0);
      expect(JSON.stringify(Items)).not.toContain("Zyxplainqwv");
    }
    expect((await fetch(`${backend.url}/v1/patients`, { headers })).status).toBe(200);
  });
});
