import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { api, type NamedRoute } from "../../functions/api.ts";
import type { Rights, TableName } from "../../functions/kernel/families.ts";
import { rightsOf } from "../../functions/kernel/route.ts";
import { startBackend } from "../../lib/local/backend.ts";
import type { Child } from "../../lib/local/child.ts";
import { createTables } from "../../lib/local/create-tables.ts";
import { startDynamoDb } from "../../lib/local/dynamodb.ts";
import { findJava } from "../../lib/local/java.ts";
import { guard, type Role, withRights } from "../../lib/local/rights.ts";
import { type TableShape, tables } from "../../lib/tables.ts";

const names: Record<TableName, string> = { clinic: "praxis-clinic", keys: "praxis-keys", audit: "praxis-audit" };
let dynamodb: Child;
let native: DynamoDBClient;
let client: DynamoDBDocumentClient;

beforeAll(async () => {
  dynamodb = await startDynamoDb(await findJava());
  native = clientAt(dynamodb.endpoint);
  client = DynamoDBDocumentClient.from(native);
  await createTables(native, names);
  guard(client, names);
});

afterAll(() => dynamodb.stop());

function clientAt(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
}

describe("the laptop's tables", () => {
  test.each(Object.entries(tables) as [TableName, TableShape][])("%s is as declared", async (name, shape) => {
    const { Table } = await native.send(new DescribeTableCommand({ TableName: names[name] }));
    const { TimeToLiveDescription } = await native.send(new DescribeTimeToLiveCommand({ TableName: names[name] }));
    const index = Table?.LocalSecondaryIndexes?.[0];
    const keysOf = (keys: { AttributeName: string | undefined }[] | undefined) => keys?.map((key) => key.AttributeName);
    expect({
      keys: keysOf(Table?.KeySchema),
      billing: Table?.BillingModeSummary?.BillingMode,
      index: index && [index.IndexName, keysOf(index.KeySchema), index.Projection?.ProjectionType],
      stream: Table?.StreamSpecification?.StreamViewType,
      timeToLive: TimeToLiveDescription?.AttributeName,
    }).toEqual({
      keys: [shape.partitionKey, shape.sortKey],
      billing: "PAY_PER_REQUEST",
      index: shape.localIndex && [shape.localIndex.name, [shape.partitionKey, shape.localIndex.sortKey], "ALL"],
      stream: shape.stream,
      timeToLive: shape.timeToLive,
    });
  });

  test("creating them again leaves them and their items alone", async () => {
    const Item = { pk: "CLINIC#cln_1", sk: "CLINIC" };
    await client.send(new PutCommand({ TableName: names.clinic, Item }));
    await createTables(native, names);
    const found = await client.send(new GetCommand({ TableName: names.clinic, Key: Item }));
    expect(found.Item).toEqual(Item);
  });

  test("DynamoDB Local answers on this machine alone, and to no web page", async () => {
    const origin = "http://evil.example";
    const preflight = await fetch(dynamodb.endpoint, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
    expect(dynamodb.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("a backend told of another DynamoDB", () => {
  beforeEach(() => {
    vi.stubEnv("DYNAMODB_ENDPOINT", dynamodb.endpoint);
    vi.stubEnv("PATH", "");
    vi.stubEnv("JAVA_HOME", "");
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("needs no Java, and has tables of its own there if it keeps no state", async () => {
    const backend = await startBackend({ inMemory: true, port: 0, quiet: true });
    onTestFinished(() => backend.stop());
    const health = await fetch(`${backend.url}/v1/health`);
    expect([health.status, backend.dynamodbEndpoint]).toEqual([200, dynamodb.endpoint]);
    expect(Object.values(backend.tableNames)).not.toContain(names.clinic);
  });

  test("empties the tables there when it is to begin anew, and not otherwise", async () => {
    const stateDir = await mkdtemp(join(tmpdir(), "praxis-state-"));
    onTestFinished(() => rm(stateDir, { recursive: true }));
    const Item = { pk: "CLINIC#cln_2", sk: "CLINIC" };
    await client.send(new PutCommand({ TableName: names.clinic, Item }));
    const left = async (fresh: boolean) => {
      const backend = await startBackend({ stateDir, fresh, port: 0, quiet: true });
      await backend.stop();
      return (await client.send(new GetCommand({ TableName: names.clinic, Key: Item }))).Item;
    };
    expect(await left(false)).toEqual(Item);
    expect(await left(true)).toBeUndefined();
  });
});

describe("a route's rights", () => {
  const route = (rights: Rights, more: Partial<NamedRoute> = {}): Role => {
    const [model] = api;
    if (!model) throw new Error("the API has no route");
    const probe = { ...model, name: "probe.probe", allow: "public" as const, audit: undefined, rights, ...more };
    return { name: probe.name, rights: rightsOf(probe) };
  };
  const TableName = names.clinic;
  const patient = { pk: "PATIENT#cln_1#pat_1", sk: "PATIENT" };
  const record = { pk: "RECORD#cln_1#pat_1", sk: "rec_1" };
  const denied = (said: RegExp) => ({ name: "AccessDeniedException", message: expect.stringMatching(said) as string });

  test("let it do what it declares", async () => {
    const doIt = () =>
      client.send(
        new TransactWriteCommand({
          TransactItems: [{ Put: { TableName, Item: patient } }, { Delete: { TableName, Key: record } }],
        }),
      );
    await withRights(route({ PutItem: ["patient"], DeleteItem: ["record"] }), doIt);
    const read = () => client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [patient] } } }));
    const found = await withRights(route({ BatchGetItem: ["patient"] }), read);
    expect(found.Responses?.[TableName]).toEqual([patient]);
  });

  test.each<[what: string, rights: Rights, said: RegExp, doIt: () => Promise<unknown>]>([
    [
      "an action it does not declare",
      { GetItem: ["patient"] },
      /probe\.probe may not PutItem PATIENT in praxis-clinic/,
      () => client.send(new PutCommand({ TableName, Item: patient })),
    ],
    [
      "a family it does not declare",
      { GetItem: ["patient"] },
      /may not GetItem RECORD/,
      () => client.send(new GetCommand({ TableName, Key: record })),
    ],
    [
      "a family in another table than its own",
      { GetItem: ["patient"] },
      /may not GetItem PATIENT in praxis-audit/,
      () => client.send(new GetCommand({ TableName: names.audit, Key: patient })),
    ],
    [
      "one member of a transaction",
      { PutItem: ["patient"], UpdateItem: ["record"] },
      /may not ConditionCheckItem RECORD/,
      () =>
        client.send(
          new TransactWriteCommand({
            TransactItems: [
              { Put: { TableName, Item: patient } },
              { ConditionCheck: { TableName, Key: record, ConditionExpression: "attribute_exists(pk)" } },
            ],
          }),
        ),
    ],
    [
      "one key of a batch",
      { BatchGetItem: ["patient"] },
      /may not BatchGetItem RECORD/,
      () => client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [patient, record] } } })),
    ],
    [
      "one write of a batch",
      { BatchWriteItem: ["patient"], PutItem: ["record"] },
      /may not BatchWriteItem RECORD/,
      () =>
        client.send(
          new BatchWriteCommand({
            RequestItems: { [TableName]: [{ PutRequest: { Item: patient } }, { DeleteRequest: { Key: record } }] },
          }),
        ),
    ],
    [
      "a query of another family, the key's name aliased",
      { Query: ["patient"] },
      /may not Query RECORD/,
      () =>
        client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: "#sort = :pk AND #key = :key",
            ExpressionAttributeNames: { "#key": "pk", "#sort": "sk" },
            ExpressionAttributeValues: { ":key": record.pk, ":pk": patient.pk },
          }),
        ),
    ],
    ["a scan", { Query: ["patient"] }, /may not Scan any key/, () => client.send(new ScanCommand({ TableName }))],
    [
      "the same through the client beneath",
      {},
      /may not GetItem PATIENT/,
      () => native.send(new GetItemCommand({ TableName, Key: { pk: { S: patient.pk }, sk: { S: patient.sk } } })),
    ],
  ])("refuse %s", async (_, rights, said, doIt) => {
    await expect(withRights(route(rights), doIt)).rejects.toMatchObject(denied(said));
  });

  test("let a route read memberships and write its audit entry without declaring them, as its role does", async () => {
    const asked = { allow: "signed-in", audit: "patient.read" } as const;
    const doIt = () =>
      Promise.all([
        client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: "pk = :pk",
            ExpressionAttributeValues: { ":pk": "MEMBER#someone" },
          }),
        ),
        client.send(new PutCommand({ TableName: names.audit, Item: { pk: "AUDIT#cln_1#1", sk: "1" } })),
      ]);
    await expect(withRights(route({}, asked), doIt)).resolves.toHaveLength(2);
    await expect(withRights(route({}), doIt)).rejects.toMatchObject(denied(/may not/));
  });

  test("do not reach into what runs beside them, nor outlast them", async () => {
    const { promise: until, resolve: finish } = Promise.withResolvers<void>();
    const inside = withRights(route({}), () => until);
    await expect(client.send(new GetCommand({ TableName, Key: record }))).resolves.toBeDefined();
    finish();
    await inside;
    await expect(client.send(new GetCommand({ TableName, Key: record }))).resolves.toBeDefined();
  });
});
