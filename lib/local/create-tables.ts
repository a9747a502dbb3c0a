import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import type { TableName } from "../../functions/kernel/families.ts";
import { type TableShape, tables } from "../tables.ts";

/** Creates the declared tables under these names; one that is there already is left as it is. */
export async function createTables(client: DynamoDBClient, names: Record<TableName, string>): Promise<void> {
  const declared = Object.entries(tables) as [TableName, TableShape][];
  await Promise.all(declared.map(([table, shape]) => createTable(client, names[table], shape)));
}

async function createTable(client: DynamoDBClient, TableName: string, shape: TableShape): Promise<void> {
  await client.send(new CreateTableCommand(tableInput(TableName, shape))).catch((error: unknown) => {
    if (!(error instanceof ResourceInUseException)) throw error;
  });
  await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 60 }, { TableName });
  if (!shape.timeToLive) return;
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  if (TimeToLiveDescription?.TimeToLiveStatus !== "DISABLED") return;
  const TimeToLiveSpecification = { AttributeName: shape.timeToLive, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
}

/** The CreateTable request for a declared table; its time to live has to be set afterwards. */
export function tableInput(
  TableName: string,
  { partitionKey, sortKey, localIndex, stream }: TableShape,
): CreateTableCommandInput {
  const keyed = [partitionKey, sortKey, ...(localIndex ? [localIndex.sortKey] : [])];
  const keys = (range: string) => [
    { AttributeName: partitionKey, KeyType: "HASH" as const },
    { AttributeName: range, KeyType: "RANGE" as const },
  ];
  return {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: keyed.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: keys(sortKey),
    ...(localIndex && {
      LocalSecondaryIndexes: [
        { IndexName: localIndex.name, KeySchema: keys(localIndex.sortKey), Projection: { ProjectionType: "ALL" } },
      ],
    }),
    ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } }),
  };
}
