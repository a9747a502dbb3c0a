import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { seed } from "../../bin/seed.ts";
import { type Backend, startBackend } from "../../lib/local/backend.ts";
import { type Child, startChild } from "../../lib/local/child.ts";
import { demoPassword } from "../../lib/local/demo.ts";
import { startDynamoDb } from "../../lib/local/dynamodb.ts";
import { findJava } from "../../lib/local/java.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";

/*
 * A gateway is ended by `kill -9` while DynamoDB has yet to see its nth transaction. A daily series of 30 takes seven:
 * two that hold the times, one that commits, three that confirm, and one that says it is complete.
 */
const [count, holding, committing, confirming, completing] = [30, 2, 3, 4, 7];
const noon = "2027-01-01T12:00:00Z";
const soon = "2027-01-01T12:00:20Z";
const halfAMinuteLater = "2027-01-01T12:00:31Z";
const later = "2027-01-01T12:10:01Z";

let proxy: FaultProxy;
let backend: Backend;
let gateway: Child;
let token: string;
let scene: { patient: string; practitioner: string; service: string; start: string };
const undo: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const dynamodb = await startDynamoDb(await findJava());
  proxy = await startFaultProxy(dynamodb.endpoint);
  process.env["DYNAMODB_ENDPOINT"] = dynamodb.endpoint;
  backend = await startBackend({ inMemory: true, port: 0, testClock: true, quiet: true });
  undo.push(() => gateway.stop(), backend.stop, proxy.stop, dynamodb.stop);
  await seed(backend);
  token = (await backend.signIn("admin@demo.clinic", demoPassword)).accessToken;
  gateway = await startGateway();
});

afterAll(async () => {
  for (const step of undo) await step();
});

function startGateway(): Promise<Child> {
  return startChild({
    name: "gateway",
    command: process.execPath,
    args: [fileURLToPath(new URL("../support/history-gateway.ts", import.meta.url))],
    cwd: process.cwd(),
    env: { ...process.env, DYNAMODB_ENDPOINT: proxy.endpoint },
  });
}

interface Asked {
  body?: object;
  at?: string;
  key?: string;
  version?: number;
  url?: string;
}

/** Asks the backend, which meets no faults, unless another address is given. */
async function call(method: string, path: string, { body, at = noon, key, version, url }: Asked = {}) {
  const answer = await fetch(`${url ?? backend.url}/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "idempotency-key": key ?? randomUUID(),
      "x-test-now": at,
      ...(version === undefined ? {} : { "if-match": `"${version}"` }),
    },
    body: body ? JSON.stringify(body) : null,
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test says by its assertions what the body is
  return { status: answer.status, body: (await answer.json()) as any };
}

beforeEach(async () => {
  const made = async (path: string, body: object) => (await call("POST", path, { body })).body.id as string;
  const practitioner = await made("practitioners", { name: { text: "Dr. Test" } });
  const windows = [{ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], start: "00:00", end: "00:00" }];
  await call("PUT", `practitioners/${practitioner}/schedule`, { body: { zone: "UTC", windows }, version: 1 });
  const service = await made("services", { name: "Test", durationMinutes: 30, practitioners: [practitioner] });
  const patient = await made("patients", { name: { text: "Test" } });
  scene = { patient, practitioner, service, start: "2027-03-01T14:00:00Z" };
});

const series = (asked: Asked) =>
  call("POST", "series", { ...asked, body: { ...scene, rule: `FREQ=DAILY;COUNT=${count}` } });
const appointmentsOf = async (patient: string) =>
  (await call("GET", `appointments?patient=${patient}&limit=100`)).body.items as { id: string; start: string }[];
const idsOf = (body: { occurrences: { appointment: string }[] }) =>
  body.occurrences.map(({ appointment }) => appointment);

/** Sends a series to a gateway that is killed as DynamoDB is to see its nth transaction; answers the key it was sent under. */
async function cutShort(nth: number): Promise<string> {
  const key = randomUUID();
  await killedAt(nth, () => series({ key, url: gateway.endpoint }));
  return key;
}

/** Sends a request to a gateway that is killed as DynamoDB is to see its nth transaction. */
async function killedAt(nth: number, send: () => Promise<{ status: number }>): Promise<void> {
  const came = proxy.keepBack("TransactWriteItems", nth);
  const unanswered = send().then(
    ({ status }) => status,
    () => "nothing",
  );
  await Promise.race([came, unanswered]);
  process.kill(gateway.pid, "SIGKILL");
  await gateway.ended;
  expect(await unanswered).toBe("nothing");
  gateway = await startGateway();
}

type Item = Record<string, unknown> & { pk: string; sk: string };

async function dump(): Promise<Item[]> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const { dynamodbEndpoint: endpoint, tableNames } = backend;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: "us-east-1", credentials }));
  const items: Item[] = [];
  const asked = { TableName: tableNames.clinic, ConsistentRead: true };
  for await (const { Items = [] } of paginateScan({ client }, asked)) items.push(...(Items as Item[]));
  client.destroy();
  return items;
}

/** What the tables hold of the patient, by kind and state, and what the outbox tells of it. */
async function traces(): Promise<Record<string, number>> {
  const items = await dump();
  const own = items.filter(
    ({ sk, patient }) => patient === scene.patient && ["HOLD", "APPOINTMENT", "SERIES"].includes(sk),
  );
  const ids = own.map(({ id }) => id);
  const events = items.filter(({ sk, appointment, series: id }) => sk === "EVENT" && ids.includes(appointment ?? id));
  const kinds = [...own.map(({ sk, status }) => `${sk} ${status}`), ...events.map(({ type }) => String(type))];
  return Object.fromEntries(
    Map.groupBy(kinds, (kind) => kind)
      .entries()
      .map(([kind, all]) => [kind, all.length]),
  );
}

const whole = {
  "HOLD confirmed": count,
  "APPOINTMENT booked": count,
  "SERIES booked": 1,
  "appointment.booked": count,
  "series.booked": 1,
};

describe("a series cut short before it is committed", () => {
  it.each([
    ["half of its times are held", holding, 24],
    ["all of its times are held", committing, count],
  ])("when %s leaves nothing but holds, and those lapse", async (_, nth, held) => {
    await cutShort(nth);
    expect(await traces()).toEqual({ "HOLD held": held });
    expect(await appointmentsOf(scene.patient)).toEqual([]);
    expect((await series({ at: soon })).body.code).toBe("series-conflict");
    const again = await series({ at: later });
    expect(again.status).toBe(201);
    expect((await appointmentsOf(scene.patient)).map(({ id }) => id)).toEqual(idsOf(again.body));
  });

  it.each([holding, committing])(
    "at transaction %i does not stand in its own way when it is sent again",
    async (nth) => {
      const key = await cutShort(nth);
      expect(await series({ key, at: soon })).toMatchObject({ status: 503, body: { code: "busy" } });
      const again = await series({ key, at: halfAMinuteLater });
      expect(again.status).toBe(201);
      expect((await appointmentsOf(scene.patient)).map(({ id }) => id)).toEqual(idsOf(again.body));
      expect((await series({ key, at: later })).body).toEqual(again.body);
    },
  );
});

describe("a series cut short after it is committed", () => {
  const moments = [confirming, confirming + 1, completing];

  it.each(moments)(
    "at transaction %i is completed by the same request sent again, at once or after its holds have lapsed",
    async (nth) => {
      for (const at of [soon, later]) {
        const key = await cutShort(nth);
        const again = await series({ key, at });
        expect(again.status).toBe(201);
        expect(again.body.occurrences).toHaveLength(count);
        expect((await appointmentsOf(scene.patient)).map(({ id }) => id)).toEqual(idsOf(again.body));
        expect(await traces()).toEqual(whole);
        expect((await series({ key, at: later })).body).toEqual(again.body);
        expect((await call("POST", `series/${again.body.id}/cancel`, { body: {} })).body.cancelled).toHaveLength(count);
        const { body: patient } = await call("POST", "patients", { body: { name: { text: "Test" } } });
        scene = { ...scene, patient: patient.id };
      }
    },
  );

  it.each(moments)("at transaction %i is completed by whoever reads it, several at once", async (nth) => {
    await cutShort(nth);
    const id = await committedSeries();
    const answers = await Promise.all([1, 2, 3].map(() => call("GET", `series/${id}`, { at: soon })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
    expect((await appointmentsOf(scene.patient)).map((each) => each.id)).toEqual(idsOf(answers[0]?.body));
    expect(await traces()).toEqual(whole);
  });

  it("and completed by nobody before its holds have lapsed tells which of its times others have now", async () => {
    const key = await cutShort(confirming);
    const { body: patient } = await call("POST", "patients", { body: { name: { text: "Rival" } } });
    const rival = { ...scene, patient: patient.id, start: "2027-03-03T14:00:00Z" };
    expect((await call("POST", "appointments", { body: rival, at: soon })).status).toBe(409);
    expect((await call("POST", "appointments", { body: rival, at: later })).status).toBe(201);
    const again = await series({ key, at: later });
    expect(again.status).toBe(201);
    const lapsed = again.body.occurrences.filter(({ outcome }: { outcome: string }) => outcome !== "booked");
    expect(lapsed).toEqual([{ number: 3, start: rival.start, outcome: "lapsed" }]);
    expect((await appointmentsOf(scene.patient)).length).toBe(count - 1);
    expect((await call("GET", `series/${again.body.id}`)).body).toEqual(again.body);
  });
});

describe("a cancellation cut short", () => {
  it("has cancelled some, and goes on from there when it is sent again", async () => {
    const { body } = await series({});
    const key = randomUUID();
    const path = `series/${body.id}/cancel`;
    await killedAt(2, () => call("POST", path, { body: {}, key, url: gateway.endpoint }));
    const half = (await traces())["APPOINTMENT cancelled"] ?? 0;
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(count);
    const again = await call("POST", path, { body: {}, key });
    expect(again).toMatchObject({ status: 200, body: { left: [] } });
    expect(again.body.cancelled).toHaveLength(count);
    expect(await traces()).toMatchObject({ "APPOINTMENT cancelled": count, "appointment.cancelled": count });
    expect((await call("POST", path, { body: {}, key })).body).toEqual(again.body);
  });
});

/** The id of the patient's series that was committed. */
async function committedSeries(): Promise<string> {
  return (await dump()).find(({ sk, patient }) => sk === "SERIES" && patient === scene.patient)?.["id"] as string;
}
