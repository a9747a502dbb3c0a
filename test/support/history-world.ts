import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { seed as seedClinics } from "../../bin/seed.ts";
import { type Backend, startBackend } from "../../lib/local/backend.ts";
import { type Child, startChild } from "../../lib/local/child.ts";
import { demoPassword } from "../../lib/local/demo.ts";
import { startDynamoDb } from "../../lib/local/dynamodb.ts";
import { findJava } from "../../lib/local/java.ts";
import { startWeather, type Weather } from "./history-faults.ts";
import type { Chance } from "./history-random.ts";

export type Item = Record<string, unknown> & { pk: string; sk: string };

/** One DynamoDB and two gateways before it: theirs is the bad weather, and either may be killed at any time. */
export interface World {
  /** Reaches DynamoDB in fair weather: for preparing, and for looking afterwards. */
  backend: Backend;
  weather: Weather;
  /** The address of a gateway that is alive, or was a moment ago. */
  gateway(chance: Chance): string;
  /** Ends a gateway in the midst of its work, and starts another in its place. */
  kill(chance: Chance): Promise<void>;
  dump(table: "clinic" | "audit"): Promise<Item[]>;
  stop(): Promise<void>;
}

/** Brings a world up. A process can have one, since its handlers read the environment once. */
export async function openWorld(chance: Chance): Promise<World> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const dynamodb = await startDynamoDb(await findJava());
    undo.push(dynamodb.stop);
    const weather = await startWeather(dynamodb.endpoint, chance);
    undo.push(weather.stop);
    const told = process.env["DYNAMODB_ENDPOINT"];
    process.env["DYNAMODB_ENDPOINT"] = dynamodb.endpoint;
    const backend = await startBackend({ inMemory: true, port: 0, testClock: true, quiet: true, requestsOnly: true });
    undo.push(async () => {
      await backend.stop();
      if (told === undefined) delete process.env["DYNAMODB_ENDPOINT"];
    });
    await seedClinics(backend);
    const gateways = await Promise.all([startGateway(weather), startGateway(weather)]);
    undo.push(() => Promise.all(gateways.map((each) => each.stop())));
    const kill = async (by: Chance) => {
      const place = by.pick([0, 1]);
      const victim = gateways[place] as Child;
      process.kill(victim.pid, "SIGKILL");
      await victim.ended;
      gateways[place] = await startGateway(weather);
    };
    return { backend, weather, gateway: (by) => by.pick(gateways).endpoint, kill, dump: dumpOf(backend), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startGateway({ endpoint }: Weather): Promise<Child> {
  return startChild({
    name: "gateway",
    command: process.execPath,
    args: [fileURLToPath(new URL("history-gateway.ts", import.meta.url))],
    cwd: process.cwd(),
    env: { ...process.env, DYNAMODB_ENDPOINT: endpoint, MEMBERSHIP_SECONDS: "5" },
  });
}

function dumpOf({ dynamodbEndpoint: endpoint, tableNames }: Backend): World["dump"] {
  return async (table) => {
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: "us-east-1", credentials }));
    const items: Item[] = [];
    const asked = { TableName: tableNames[table], ConsistentRead: true };
    for await (const { Items = [] } of paginateScan({ client }, asked)) items.push(...(Items as Item[]));
    client.destroy();
    return items;
  };
}

/** Few practitioners, patients, rooms and times, for many who want them. */
export interface Scene {
  practitioners: string[];
  patients: string[];
  rooms: string[];
  services: string[];
  /** How many each service receives together, and how many it admits on a UTC day, where it is limited. */
  limits: Record<string, { capacity?: number; perDay?: number }>;
  /** When appointments may start: soon, in a day (with a reminder), and around a UTC midnight. */
  starts: string[];
  /** One more start for each service, far from the others. */
  spare: string[];
  tokens: string[];
}

const quarter = 15 * 60_000;
const day = 86_400_000;

export async function newScene({ backend }: World): Promise<Scene> {
  const signIn = async (user: string) => (await backend.signIn(`${user}@demo.clinic`, demoPassword)).accessToken;
  const tokens = [await signIn("admin"), await signIn("desk")];
  const make = async (path: string, body: object, more: { method?: string; version?: number } = {}) => {
    const { method = "POST", version } = more;
    const answer = await fetch(`${backend.url}/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${tokens[0]}`,
        "content-type": "application/json",
        "idempotency-key": randomUUID(),
        ...(version === undefined ? {} : { "if-match": `"${version}"` }),
      },
      body: method === "GET" ? null : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { id: string; version: number };
  };
  const many = async (count: number, path: string, body: object) =>
    (await Promise.all(Array.from({ length: count }, () => make(path, body)))).map(({ id }) => id);
  const { version } = await make("policy", {}, { method: "GET" });
  await make("policy", { holdMinutes: 1 }, { method: "PUT", version });
  const practitioners = await many(2, "practitioners", { name: { text: "Dr. Contended" } });
  // From noon to noon, since a visit may not reach from one window into the next.
  const windows = [{ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], start: "12:00", end: "12:00" }];
  for (const each of practitioners)
    await make(`practitioners/${each}/schedule`, { zone: "UTC", windows }, { method: "PUT", version: 1 });
  const tag = randomUUID();
  const grid = { slotIntervalMinutes: 15, practitioners };
  const requires = [{ kind: "room", tags: [tag] }];
  const offer = async (fields: object) => (await make("services", { ...grid, ...fields })).id;
  const [group, rare] = [
    await offer({ name: "Group", durationMinutes: 30, capacity: 3, requires }),
    await offer({ name: "Rare", durationMinutes: 20, capacity: 2, policy: { maxPerDay: 3 } }),
  ];
  const first = Math.ceil(Date.now() / quarter) * quarter;
  const midnight = Math.ceil(Date.now() / day) * day + 2 * day;
  return {
    practitioners,
    patients: await many(6, "patients", { name: { family: "Contended" } }),
    rooms: await many(1, "resources", { name: "Room", kind: "room", tags: [tag] }),
    services: [
      await offer({ name: "Long", durationMinutes: 30, bufferAfterMinutes: 5, requires }),
      await offer({ name: "Short", durationMinutes: 20, bufferBeforeMinutes: 5 }),
      group,
      rare,
    ],
    limits: { [group]: { capacity: 3 }, [rare]: { capacity: 2, perDay: 3 } },
    starts: [
      ...[0, 1, 2, 3].map((n) => first + n * quarter),
      ...[0, 1, 2, 3].map((n) => first + day + (4 + n) * quarter),
      ...[-2, -1, 0].map((n) => midnight + n * quarter),
    ].map((ms) => new Date(ms).toISOString()),
    spare: [0, 1, 2, 3].map((n) => new Date(midnight + 2 * day + 4 * n * quarter).toISOString()),
    tokens,
  };
}
