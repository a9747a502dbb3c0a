import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { onEvents } from "../../functions/kernel/worker.ts";
import { createTables } from "../../lib/local/create-tables.ts";
import { demoPassword } from "../../lib/local/demo.ts";
import { startDynamoDb } from "../../lib/local/dynamodb.ts";
import { findJava } from "../../lib/local/java.ts";
import { findRunning, type Running } from "../../lib/local/running.ts";
import { followStream } from "../../lib/local/stream-follower.ts";
import { eventsOf } from "../../lib/local/stream-record.ts";
import { usersOf } from "../../lib/local/users.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";

let proxy: FaultProxy;
let client: DynamoDBClient;
let folder: string;
const undo: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const dynamodb = await startDynamoDb(await findJava());
  undo.unshift(dynamodb.stop);
  proxy = await startFaultProxy(dynamodb.endpoint);
  undo.unshift(proxy.stop);
  folder = await mkdtemp(join(tmpdir(), "praxis-outbox-"));
  undo.unshift(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const account = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  Object.assign(process.env, account, { LOG: "none" });
  client = new DynamoDBClient({ endpoint: dynamodb.endpoint });
});

afterAll(async () => {
  for (const step of undo) await step();
});

describe("a follower of the stream", () => {
  /** A table of its own, and a function that says what it was handed, failing where it is told to. */
  async function newFollower() {
    const table = `clinic-${randomUUID()}`;
    await createTables(client, { clinic: table, keys: `keys-${randomUUID()}`, audit: `audit-${randomUUID()}` });
    const handed: unknown[] = [];
    const failing = new Set<unknown>();
    const handler = onEvents(async ({ about: { n } }) => {
      handed.push(n);
      if (failing.delete(n)) throw new Error("on purpose");
    });
    const placeFile = join(folder, `${table}.json`);
    const follow = async () => {
      const options = {
        endpoint: proxy.endpoint,
        table,
        wanted: eventsOf(["probe.happened"]),
        placeFile,
        invoke: handler,
      };
      const follower = await followStream(options);
      onTestFinished(() => follower.stop());
      return follower;
    };
    const tell = async (n: number, type = "probe.happened", pk = "EVENT") => {
      const at = { happenedAt: { S: "2026-01-01T00:00:00Z" }, clinic: { S: "cln_1" } };
      const Item = {
        pk: { S: `${pk}#cln_1#evt_${n}` },
        sk: { S: "EVENT" },
        type: { S: type },
        n: { N: `${n}` },
        ...at,
      };
      await client.send(new PutItemCommand({ TableName: table, Item }));
    };
    return { follow, tell, handed, failing };
  }

  it("hands on the events that are wanted, in order, those from before it began included, and nothing else", async () => {
    const { follow, tell, handed } = await newFollower();
    await tell(1);
    const follower = await follow();
    await tell(2, "probe.other");
    await tell(3, "probe.happened", "PATIENT");
    for (let n = 4; n < 30; n++) await tell(n);
    await follower.settled();
    expect(handed).toEqual([1, ...Array.from({ length: 26 }, (_, n) => n + 4)]);
  });

  it("hands on again what failed and what came after it", async () => {
    const { follow, tell, handed, failing } = await newFollower();
    failing.add(2);
    for (const n of [1, 2, 3]) await tell(n);
    await (await follow()).settled();
    expect(handed).toEqual([1, 2, 3, 2, 3]);
  });

  it("goes on where it stopped, also in the midst of a failure", async () => {
    const { follow, tell, handed, failing } = await newFollower();
    failing.add(3);
    const first = await follow();
    for (const n of [1, 2, 3]) await tell(n);
    await vi.waitFor(() => expect(handed).toContain(3));
    await first.stop();
    const before = handed.splice(0).length;
    expect(before).toBeGreaterThanOrEqual(3);
    await tell(4);
    await (await follow()).settled();
    expect(handed).toEqual(before === 3 ? [3, 4] : [4]);
  });
});

/** The Lambda event of one record, as the stream gives it. */
const recordOf = (image: Record<string, unknown>): DynamoDBStreamEvent =>
  ({ Records: [{ eventName: "INSERT", dynamodb: { SequenceNumber: "1", NewImage: image } }] }) as DynamoDBStreamEvent;

describe("a worker of the outbox", () => {
  const image = (happenedAt: string) => ({
    pk: { S: "EVENT#cln_1#evt_1" },
    sk: { S: "EVENT" },
    type: { S: "probe.happened" },
    clinic: { S: "cln_1" },
    appointment: { S: "apt_1" },
    version: { N: "2" },
    happenedAt: { S: happenedAt },
    expires: { N: "1" },
  });

  it("is told what happened, and deals with it now, or when it happened where that lies ahead", async () => {
    const told: unknown[] = [];
    const handler = onEvents(async (happening) => void told.push(happening));
    const before = Date.now();
    expect(await handler(recordOf(image("2001-01-01T00:00:00Z")))).toEqual({ batchItemFailures: [] });
    await handler(recordOf(image("2999-01-01T00:00:00Z")));
    expect(told).toMatchObject([
      { id: "evt_1", type: "probe.happened", clinic: "cln_1", about: { appointment: "apt_1", version: 2 } },
      { now: "2999-01-01T00:00:00Z" },
    ]);
    expect(Date.parse((told[0] as { now: string }).now)).toBeGreaterThanOrEqual(before);
  });
});

interface Started {
  child: ChildProcess;
  up: NonNullable<Running["up"]>;
}

/** The whole backend as a process of its own, that can be killed; DynamoDB is the proxy's, and outlives it. */
async function startBackend(state: string): Promise<Started> {
  const env = { ...process.env, PORT: "0", PRAXIS_STATE: state, DYNAMODB_ENDPOINT: proxy.endpoint, LOG: "none" };
  const child = spawn(process.execPath, ["bin/local.ts"], { env, stdio: ["ignore", "pipe", "ignore"] });
  undo.unshift(async () => child.kill("SIGKILL"));
  let said = "";
  for await (const piece of child.stdout) {
    said += String(piece);
    if (said.includes("Ctrl-C stops it")) break;
  }
  const up = (await findRunning(state))?.up;
  if (!up) throw new Error(`the backend did not start: ${said}`);
  return { child, up };
}

/** Asks the API of a backend as one of the demo clinic's users. */
async function signedIn({ up }: Started, user: string) {
  const { accessToken } = await usersOf(up).signIn(`${user}@demo.clinic`, demoPassword);
  // biome-ignore lint/suspicious/noExplicitAny: a test says by its assertions what the body is
  return async (method: string, path: string, body?: object, more: Record<string, string> = {}): Promise<any> => {
    const json = body ? { "content-type": "application/json" } : {};
    const headers = { authorization: `Bearer ${accessToken}`, "idempotency-key": randomUUID(), ...json, ...more };
    const answer = await fetch(`${up.url}${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
}

describe("a backend killed between a cancellation and the offer", () => {
  const broken = { answer: { status: 400, body: { __type: "com.amazon.coral.validate#ValidationException" } } };

  it("makes the offer when it is up again", async () => {
    const state = join(folder, "state");
    const first = await startBackend(state);
    const [admin, desk] = [await signedIn(first, "admin"), await signedIn(first, "desk")];
    const date = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    const start = `${date}T09:00:00Z`;
    const { id: practitioner } = await admin("POST", "/v1/practitioners", { name: { text: "Dr. Test" } });
    const exceptions = [{ date, windows: [{ start: "09:00", end: "09:30" }] }];
    const hours = { zone: "UTC", windows: [], exceptions };
    await admin("PUT", `/v1/practitioners/${practitioner}/schedule`, hours, { "if-match": '"1"' });
    const fields = { name: "Test", durationMinutes: 30, practitioners: [practitioner] };
    const { id: service } = await admin("POST", "/v1/services", fields);
    const [{ id: patient }, { id: other }] = [
      await desk("POST", "/v1/patients", { name: { text: "One" } }),
      await desk("POST", "/v1/patients", { name: { text: "Two" } }),
    ];
    const { id } = await desk("POST", "/v1/appointments", { patient, practitioner, service, start });
    const wish = { patient: other, service, from: `${date}T00:00:00Z`, to: `${date}T23:00:00Z` };
    const entry = await desk("POST", "/v1/waitlist", wish);

    // Who waits cannot be read from here on; the cancellation itself asks nothing that is not remembered.
    const asked = proxy.seen("Query");
    proxy.always("Query", broken);
    await desk("POST", `/v1/appointments/${id}/cancel`, {});
    await vi.waitFor(() => expect(proxy.seen("Query")).toBeGreaterThan(asked), { timeout: 10_000 });
    first.child.kill("SIGKILL");
    await once(first.child, "close");
    proxy.always("Query", undefined);

    const again = await signedIn(await startBackend(state), "desk");
    const offered = async () =>
      expect(await again("GET", `/v1/waitlist/${entry.id}`)).toMatchObject({ offer: { start } });
    await vi.waitFor(offered, { timeout: 10_000, interval: 100 });
  });
});
