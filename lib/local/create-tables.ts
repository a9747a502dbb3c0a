import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
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

/** Deletes those of the tables that are there, with all that is in them. */
export async function dropTables(client: DynamoDBClient, names: Record<TableName, string>): Promise<void> {
  const drop = async (TableName: string) => {
    await client.send(new DeleteTableCommand({ TableName })).catch((error: unknown) => {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    });
    await waitUntilTableNotExists({ client, minDelay: 1, maxWaitTime: 60 }, { TableName });
  };
  await Promise.all(Object.values(names).map(drop));
}

/** The CreateTable request for a declared table; its time to live has to be set afterwards. */
function tableInput(
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
