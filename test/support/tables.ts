import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import { inject } from "vitest";

export type Item = Record<string, unknown> & { pk: string; sk: string };

type TableName = "CLINIC_TABLE" | "KEYS_TABLE" | "AUDIT_TABLE";

function raw(): { client: DynamoDBDocumentClient; env: Record<string, string> } {
  const { env } = inject("backend");
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: env["DYNAMODB_ENDPOINT"],
      region: env["AWS_REGION"],
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    }),
  );
  return { client, env };
}

/** Every item of a table as it lies there, for looking behind the API's back; or those of a family, or of a clinic. */
export async function dump(
  table: TableName,
  { family, clinic }: { family?: string; clinic?: string } = {},
): Promise<Item[]> {
  const { client, env } = raw();
  const conditions = [
    ...(family ? ["begins_with(pk, :family)"] : []),
    ...(clinic ? ["(contains(pk, :clinic) OR contains(sk, :clinic) OR clinic = :clinic)"] : []),
  ];
  const values = { ...(family && { ":family": `${family}#` }), ...(clinic && { ":clinic": clinic }) };
  const filter = { FilterExpression: conditions.join(" AND "), ExpressionAttributeValues: values };
  const scan = { TableName: env[table], ConsistentRead: true, ...(conditions.length > 0 ? filter : {}) };
  const items: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client }, scan)) items.push(...(Items as Item[]));
  return items;
}

/** One item as it lies there. */
export async function itemAt(table: TableName, pk: string, sk: string): Promise<Item | undefined> {
  const { client, env } = raw();
  const { Item } = await client.send(new GetCommand({ TableName: env[table], Key: { pk, sk }, ConsistentRead: true }));
  return Item as Item | undefined;
}

/** Puts items into a table behind the API's back, whatever is there. */
export async function putBack(table: TableName, ...items: Item[]): Promise<void> {
  const { client, env } = raw();
  for (const item of items) await client.send(new PutCommand({ TableName: env[table], Item: item }));
}

/** Takes items out of a table behind the API's back. */
export async function takeOut(table: TableName, ...items: Item[]): Promise<void> {
  const { client, env } = raw();
  for (const { pk, sk } of items) await client.send(new DeleteCommand({ TableName: env[table], Key: { pk, sk } }));
}

/** The items of a family (`DAYBOOK`, `EVENT`, ...), of any clinic. */
export async function dumpFamily(family: string): Promise<Item[]> {
  return dump("CLINIC_TABLE", { family });
}
