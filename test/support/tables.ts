import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  paginateScan,
} from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { inject } from "vitest";
import { StreamReader } from "../../lib/local/stream-reader.ts";

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

/** The items under one partition key, as they lie there. */
export async function rowsUnder(table: TableName, pk: string): Promise<Item[]> {
  const { client, env } = raw();
  const query = {
    TableName: env[table],
    ConsistentRead: true,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": pk },
  };
  const items: Item[] = [];
  for await (const { Items = [] } of paginateQuery({ client }, query)) items.push(...(Items as Item[]));
  return items;
}

/** How far this process has read the streams, and what it has found. */
const read = new Map<string, { reader: StreamReader; found: Item[] }>();

/**
 * Every item of a family that was ever put, in the order of the stream, of which each call reads only what is new: for
 * what is written once and not changed, such as events and audit entries.
 */
export async function everPut(table: "CLINIC_TABLE" | "AUDIT_TABLE", family: string): Promise<Item[]> {
  const { env } = raw();
  const name = `${env[table]} ${family}`;
  const { reader, found } = read.get(name) ?? { reader: await streamOf(table), found: [] };
  read.set(name, { reader, found });
  for (let isMore = true; isMore; ) {
    isMore = false;
    for await (const { records } of reader.pages()) {
      isMore ||= records.length > 0;
      for (const { eventName, dynamodb } of records)
        if (eventName === "INSERT" && dynamodb?.Keys?.["pk"]?.S?.startsWith(`${family}#`))
          found.push(unmarshall(dynamodb.NewImage ?? {}) as Item);
    }
  }
  return found;
}

/** A reader of a table's stream, from its beginning. */
export async function streamOf(table: "CLINIC_TABLE" | "AUDIT_TABLE"): Promise<StreamReader> {
  const { env } = inject("backend");
  const place = {
    endpoint: env["DYNAMODB_ENDPOINT"] ?? "",
    region: env["AWS_REGION"] ?? "",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const { Table } = await new DynamoDBClient(place).send(new DescribeTableCommand({ TableName: env[table] }));
  return new StreamReader(new DynamoDBStreamsClient(place), { stream: Table?.LatestStreamArn ?? "", shards: {} });
}

/** The items of a family (`DAYBOOK`, `HOLD`, ...), of any clinic. */
export async function dumpFamily(family: string): Promise<Item[]> {
  return dump("CLINIC_TABLE", { family });
}
