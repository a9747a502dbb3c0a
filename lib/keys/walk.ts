import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import pLimit from "p-limit";
import { envOr } from "../../functions/kernel/env.ts";
import { client, type Item, tableOf } from "../../functions/kernel/table.ts";

export type Walked = "clinic" | "keys";

export const nameOf = (table: Walked) => tableOf(table === "keys" ? "key" : "clinic");

/** The rows of a table from a place on, page by page, strongly consistent: whatever was there throughout is among them. */
export async function* pagesOf(table: Walked, after?: Record<string, unknown>, limit = 200) {
  let last = after;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({ TableName: nameOf(table), ConsistentRead: true, ExclusiveStartKey: last, Limit: limit }),
    );
    last = LastEvaluatedKey;
    yield { items: Items as Item[], last };
  } while (last);
}

/** About how many rows the tables have. */
export async function countRows(tables: readonly Walked[]): Promise<number> {
  const dynamodb = new DynamoDBClient({ endpoint: envOr("DYNAMODB_ENDPOINT") });
  const described = await Promise.all(
    tables.map((table) => dynamodb.send(new DescribeTableCommand({ TableName: nameOf(table) }))),
  );
  dynamodb.destroy();
  return described.reduce((sum, { Table }) => sum + (Table?.ItemCount ?? 0), 0);
}

const limit = pLimit(8);

/** Does something to each of the rows, a few at a time, and says to how many something was done. */
export async function eachOf(items: readonly Item[], act: (item: Item) => Promise<boolean>): Promise<number> {
  const done = await Promise.all(items.map((item) => limit(() => act(item))));
  return done.filter(Boolean).length;
}

/** The clinic that a row belongs to, where it belongs to one. */
export function clinicOf({ pk }: Item): string | undefined {
  const named = pk.split("#")[1];
  return named?.startsWith("cln_") ? named : undefined;
}
