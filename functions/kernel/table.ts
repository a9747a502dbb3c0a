import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
} from "@aws-sdk/lib-dynamodb";
import { env, envOr } from "./env.ts";
import { type Family, families, type TableName } from "./families.ts";
import { busy } from "./problem.ts";

/** An item as it lies in a table. */
export type Item = Record<string, unknown> & { pk: string; sk: string };

export interface Key {
  family: Family;
  pk: string;
  sk: string;
}

export const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    endpoint: envOr("DYNAMODB_ENDPOINT"),
    maxAttempts: 4,
    // A request that hangs is worth less than a second try: the whole has Lambda's 10 s.
    requestHandler: { connectionTimeout: 2000, requestTimeout: 4000, throwOnRequestTimeout: true },
  }),
  { marshallOptions: { removeUndefinedValues: true } },
);

const tableNames: Record<TableName, "CLINIC_TABLE" | "KEYS_TABLE" | "AUDIT_TABLE"> = {
  clinic: "CLINIC_TABLE",
  keys: "KEYS_TABLE",
  audit: "AUDIT_TABLE",
};

/** The name of the table that a family's items lie in. */
export function tableOf(family: Family): string {
  return env(tableNames[families[family].table]);
}

/** A key: the family, what the partition is named by (the clinic first), and the sort key. */
export function keyOf(family: Family, partition: readonly string[], sk: string): Key {
  return { family, pk: [families[family].prefix, ...partition].join("#"), sk };
}

/** One item, strongly consistent. */
export async function get({ family, pk, sk }: Key): Promise<Item | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: tableOf(family), Key: { pk, sk }, ConsistentRead: true }),
  );
  return Item as Item | undefined;
}

/** The items of any number of keys, of any tables, strongly consistent, in the order of the keys; a hundred at a time. */
export async function getAll(keys: readonly Key[]): Promise<(Item | undefined)[]> {
  const distinct = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
  const chunks = Array.from({ length: Math.ceil(distinct.length / 100) }, (_, n) =>
    distinct.slice(n * 100, n * 100 + 100),
  );
  const items = (await Promise.all(chunks.map(getChunk))).flat();
  const found = new Map(items.map((item) => [nameOf(item), item]));
  return keys.map((key) => found.get(nameOf(key)));
}

async function getChunk(keys: readonly Key[]): Promise<Item[]> {
  const found: Item[] = [];
  let asked: NonNullable<BatchGetCommandInput["RequestItems"]> = {};
  for (const [table, its] of Object.entries(Object.groupBy(keys, ({ family }) => tableOf(family)))) {
    asked[table] = { Keys: its?.map(({ pk, sk }) => ({ pk, sk })), ConsistentRead: true };
  }
  for (let attempt = 0; Object.keys(asked).length > 0; attempt++) {
    if (attempt > 5) throw busy();
    if (attempt > 0) await pause(25 * 2 ** attempt);
    const answer: BatchGetCommandOutput = await client.send(new BatchGetCommand({ RequestItems: asked }));
    found.push(...(Object.values(answer.Responses ?? {}).flat() as Item[]));
    asked = answer.UnprocessedKeys ?? {};
  }
  return found;
}

function nameOf({ pk, sk }: { pk: string; sk: string }): string {
  return `${pk} ${sk}`;
}

export interface Range {
  /** Sort keys from here on, and up to here; both included. */
  from?: string;
  to?: string;
  /** Only what comes strictly after this sort key, in the direction of reading: where the page before ended. */
  after?: Item | Record<string, unknown>;
  descending?: boolean;
  limit?: number;
  /** Read in the order of the items' `at` instead of their sort key. */
  byDate?: boolean;
}

/** One page of a partition's items, strongly consistent; `last` is there while more may follow. */
export async function query(
  partition: Pick<Key, "family" | "pk">,
  { from = " ", to = "￿", after, descending = false, limit, byDate = false }: Range = {},
): Promise<{ items: Item[]; last: Record<string, unknown> | undefined }> {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: tableOf(partition.family),
      IndexName: byDate ? "byDate" : undefined,
      KeyConditionExpression: "pk = :pk AND #sort BETWEEN :from AND :to",
      ExpressionAttributeNames: { "#sort": byDate ? "at" : "sk" },
      ExpressionAttributeValues: { ":pk": partition.pk, ":from": from, ":to": to },
      ExclusiveStartKey: after,
      ScanIndexForward: !descending,
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  return { items: Items as Item[], last: LastEvaluatedKey };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// Lambda's first request costs a connection and the SDK's lazy parts: paid while the function starts, not by a patient.
if (process.env["AWS_LAMBDA_FUNCTION_NAME"]) query(keyOf("member", ["-"], "-"), { limit: 1 }).catch(() => undefined);
