import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { inject } from "vitest";

type Item = Record<string, unknown> & { pk: string; sk: string };

/** Every item of a table as it lies there, for looking behind the API's back. */
export async function dump(table: "CLINIC_TABLE" | "KEYS_TABLE" | "AUDIT_TABLE"): Promise<Item[]> {
  const { env } = inject("backend");
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: env["DYNAMODB_ENDPOINT"],
      region: env["AWS_REGION"],
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    }),
  );
  const items: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: env[table], ConsistentRead: true }))
    items.push(...(Items as Item[]));
  return items;
}

/** The items of a family (`DAYBOOK`, `EVENT`, ...), of any clinic. */
export async function dumpFamily(family: string): Promise<Item[]> {
  return (await dump("CLINIC_TABLE")).filter(({ pk }) => pk.startsWith(`${family}#`));
}
