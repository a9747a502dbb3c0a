import { isDeepStrictEqual } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTables } from "../../lib/local/create-tables.ts";
import { startDynamoDb } from "../../lib/local/dynamodb.ts";
import { findJava } from "../../lib/local/java.ts";
import type * as Properties from "../support/day-book-properties.ts";
import type { Item } from "../support/history-world.ts";
import { memoryDynamoDb } from "../support/memory-dynamodb.ts";

/*
 * The properties of the unit tests, before DynamoDB itself. The one in memory is asked the same, and must answer alike:
 * the same transactions go through, the same conditions fail, and the same rows lie there in the end.
 */

const numRuns = Number(process.env["DYNAMODB_RUNS"] ?? 10);
const timeout = 60_000 + numRuns * 1000;
const names = { clinic: "clinic", keys: "keys", audit: "audit" };
const undo: (() => Promise<unknown>)[] = [];
const memory = memoryDynamoDb();
let properties: typeof Properties;
let client: DynamoDBDocumentClient;

beforeAll(async () => {
  const { endpoint, stop } = await startDynamoDb(await findJava());
  undo.push(stop);
  const account = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  const tables = { CLINIC_TABLE: names.clinic, KEYS_TABLE: names.keys, AUDIT_TABLE: names.audit };
  Object.assign(process.env, account, tables, { DYNAMODB_ENDPOINT: endpoint });
  await createTables(new DynamoDBClient({ endpoint }), names);
  client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint }));
  properties = await import("../support/day-book-properties.ts");
  const { client: theirs } = await import("../../functions/kernel/table.ts");
  const send = theirs.send.bind(theirs) as (command: { input: unknown }) => Promise<object>;
  theirs.send = (async (command: { input: unknown }) => {
    const [real, mine] = await Promise.allSettled([send(command), memory.send(command)]);
    if (!isDeepStrictEqual(codesOf(mine), codesOf(real))) throw new Error("the one in memory judged otherwise");
    if (real.status === "rejected") throw real.reason;
    return real.value;
  }) as typeof theirs.send;
});

/** That it went through, or which conditions of a transaction did not hold. */
function codesOf(outcome: PromiseSettledResult<object>): unknown {
  if (outcome.status === "fulfilled") return "went through";
  const { name, CancellationReasons: reasons } = outcome.reason as Error & { CancellationReasons?: { Code: string }[] };
  return [name, reasons?.map(({ Code }) => Code)];
}

afterAll(async () => {
  for (const step of undo) await step();
});

async function look(): Promise<Item[]> {
  const items: Item[] = [];
  const asked = { TableName: names.clinic, ConsistentRead: true };
  for await (const { Items = [] } of paginateScan({ client }, asked)) items.push(...(Items as Item[]));
  expect(plainly(memory.rows(names.clinic))).toEqual(plainly(items));
  return items;
}

/** Rows by their keys, with the sealed bytes as text. */
function plainly(rows: readonly { pk: string; sk: string }[]): unknown {
  const plain = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value);
  return Object.fromEntries(
    rows.map((row) => [
      `${row.pk} ${row.sk}`,
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])),
    ]),
  );
}

it("lets in what fits and refuses what does not, in turn", { timeout }, async () => {
  await fc.assert(properties.inTurn(look), { numRuns });
  expect(await look()).not.toEqual([]);
});

it("lets in no more than fits, at once, and refuses nothing that does", { timeout }, async () => {
  await fc.assert(properties.atOnce(look), { numRuns });
  expect(await look()).not.toEqual([]);
});

it("finds a place for whoever joins a group at once with others", { timeout }, async () => {
  await fc.assert(properties.joining(look), { numRuns });
  expect(await look()).not.toEqual([]);
});
