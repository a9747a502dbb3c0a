import { type DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { record, type Sent } from "./floor.ts";
import { type Attributes, indexUnits, readUnits, weightOf, writeUnits } from "./weight.ts";

/** A write of one item, with what it weighs and costs. */
export interface Written {
  /** Such as `Put event`. */
  what: string;
  bytes: number;
  /** Write units of the table, and of its local index. */
  units: number;
  indexUnits: number;
}

/** What an operation asks of DynamoDB. */
export interface Cost {
  /** How often each action was asked for, such as `Query`, with the items it concerned. */
  requests: { action: string; items: number }[];
  written: Written[];
  readUnits: number;
}

type Row = Record<string, unknown>;
interface Target {
  verb: string;
  table: string;
  key: { pk: string; sk: string };
}

/** Runs an operation once and counts. Meant for tables in which nothing else goes on. */
export async function costOf(client: DynamoDBDocumentClient, operation: () => Promise<unknown>): Promise<Cost> {
  const before = new Map<string, Attributes | undefined>();
  const { sent } = await record(operation, async (request) => {
    for (const target of targetsOf(request)) before.set(nameOf(target), await lookUp(client, target));
  });
  const written: Written[] = [];
  for (const request of sent) {
    for (const target of targetsOf(request)) {
      const change = { before: before.get(nameOf(target)), after: await lookUp(client, target) };
      const inTransaction = request.action === "TransactWriteItems";
      written.push({
        what: `${target.verb} ${target.key.pk.split("#")[0]?.toLowerCase()}`,
        bytes: Math.max(weightOf(change.before ?? {}), weightOf(change.after ?? {})),
        units: writeUnits(change, inTransaction),
        // The clinic's table has a local index by `at`, the others have none.
        indexUnits: target.table.endsWith("-clinic") ? indexUnits(change, inTransaction) : 0,
      });
    }
  }
  const requests = sent.map((each) => ({ action: each.action, items: targetsOf(each).length || readsOf(each).items }));
  return { requests, written, readUnits: sent.reduce((sum, each) => sum + readsOf(each).units, 0) };
}

function nameOf({ table, key }: Target): string {
  return `${table} ${key.pk} ${key.sk}`;
}

async function lookUp(client: DynamoDBDocumentClient, { table, key }: Target): Promise<Attributes | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }));
  return Item && wire(Item);
}

function wire(item: Row): Attributes {
  return marshall(item, { removeUndefinedValues: true });
}

/** The items that a request writes. */
function targetsOf({ action, input }: Sent): Target[] {
  if (action === "TransactWriteItems") {
    return (input["TransactItems"] as Record<string, Row>[]).flatMap((member) =>
      Object.entries(member).map(([verb, write]) => targetOf(verb, write["TableName"], write["Key"] ?? write["Item"])),
    );
  }
  if (action === "BatchWriteItem") {
    const tables = Object.entries(input["RequestItems"] as Record<string, { PutRequest: { Item: Row } }[]>);
    return tables.flatMap(([table, writes]) => writes.map(({ PutRequest }) => targetOf("Put", table, PutRequest.Item)));
  }
  return [];
}

function targetOf(verb: string, table: unknown, keyed: unknown): Target {
  const { pk, sk } = keyed as Target["key"];
  return { verb, table: table as string, key: { pk, sk } };
}

/** What a read found and costs: each item of a batch by itself, a query's items together. */
function readsOf({ action, input, output }: Sent): { items: number; units: number } {
  if (action === "GetItem") {
    const item = output?.["Item"] as Row | undefined;
    return { items: 1, units: readUnits(item ? weightOf(wire(item)) : 0) };
  }
  if (action === "BatchGetItem") {
    const asked = Object.values(input["RequestItems"] as Record<string, { Keys: Row[] }>).flatMap(({ Keys }) => Keys);
    const found = Object.values(output?.["Responses"] as Record<string, Row[]>).flat();
    const units = found.reduce((sum, item) => sum + readUnits(weightOf(wire(item))), 0);
    return { items: asked.length, units: units + asked.length - found.length };
  }
  if (action === "Query") {
    const items = output?.["Items"] as Row[];
    return { items: items.length, units: readUnits(items.reduce((sum, item) => sum + weightOf(wire(item)), 0)) };
  }
  return { items: 0, units: 0 };
}
