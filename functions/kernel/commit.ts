import { randomUUID } from "node:crypto";
import { TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { isPassing } from "./passing.ts";
import { busy } from "./problem.ts";
import { client, type Item, type Key, pause, tableOf } from "./table.ts";

type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

/** A condition on the item as it lies in the table, and the refusal to throw when it does not hold. */
export interface Guard {
  condition: string;
  names?: Record<string, string>;
  values?: Record<string, unknown>;
  /** Given the item as it was found, what to tell the caller. */
  lost: (found: Item | undefined) => Error;
}

/** One write of a transaction. */
export interface Write {
  item: TransactItem;
  lost: (found: Item | undefined) => Error;
}

/** Puts an item under its key; what was there is replaced. */
export function put({ family, pk, sk }: Key, attributes: Record<string, unknown>, guard?: Guard): Write {
  return {
    item: { Put: { TableName: tableOf(family), Item: { pk, sk, ...attributes }, ...expressions(guard) } },
    lost: lostOf(guard),
  };
}

export function remove({ family, pk, sk }: Key, guard?: Guard): Write {
  return {
    item: { Delete: { TableName: tableOf(family), Key: { pk, sk }, ...expressions(guard) } },
    lost: lostOf(guard),
  };
}

/** Changes attributes of an item, making it if it is not there. */
export function update({ family, pk, sk }: Key, expression: string, guard: Guard): Write {
  return {
    item: {
      Update: { TableName: tableOf(family), Key: { pk, sk }, UpdateExpression: expression, ...expressions(guard) },
    },
    lost: guard.lost,
  };
}

/** Writes nothing; the transaction holds only if the item is as the guard says when all of it is written. */
export function check({ family, pk, sk }: Key, guard: Guard): Write {
  const { ConditionExpression = "", ...rest } = expressions(guard);
  return {
    item: { ConditionCheck: { TableName: tableOf(family), Key: { pk, sk }, ConditionExpression, ...rest } },
    lost: guard.lost,
  };
}

/** The guard that an item is not there yet. */
export function absent(lost: Guard["lost"]): Guard {
  return { condition: "attribute_not_exists(pk)", lost };
}

/** The guard that an item is still at the version that was read. */
export function atVersion(version: number, lost: Guard["lost"]): Guard {
  return { condition: "version = :seen", values: { ":seen": version }, lost };
}

function expressions(guard?: Guard) {
  if (!guard) return {};
  return {
    ConditionExpression: guard.condition || undefined,
    ExpressionAttributeNames: guard.names,
    ExpressionAttributeValues: guard.values,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
}

function lostOf(guard?: Guard): Guard["lost"] {
  return guard?.lost ?? (() => new Error("a write without a condition lost its condition"));
}

/** The most writes that DynamoDB takes in one transaction. */
const most = 100;

/**
 * Groups of writes, each of which must stay together, over as few transactions as take them in their order: at most a
 * hundred writes in one, and none to an item that another of them touches. `spare` more will join each transaction.
 */
export function inTransactions<Group extends { writes: readonly Write[] }>(
  groups: readonly Group[],
  spare = 0,
): Group[][] {
  const transactions: Group[][] = [];
  let touched = new Set<string>();
  for (const group of groups) {
    const items = group.writes.map(itemOf);
    const last = transactions.at(-1);
    const hasRoom = touched.size + items.length + spare <= most && !items.some((item) => touched.has(item));
    if (last && hasRoom) last.push(group);
    else {
      transactions.push([group]);
      touched = new Set();
    }
    for (const item of items) touched.add(item);
  }
  return transactions;
}

/** Which item a write touches or looks at. */
function itemOf({ item: { Put, Update, Delete, ConditionCheck } }: Write): string {
  const { pk, sk } = (Put?.Item ?? Update?.Key ?? Delete?.Key ?? ConditionCheck?.Key ?? {}) as Partial<Key>;
  return `${pk} ${sk}`;
}

/** How long a transaction is tried again while others touch the same items, in milliseconds. */
const patience = 5000;

/**
 * Writes all or nothing, in one request. A condition that does not hold throws the refusal of the first such write. A
 * conflict (two transactions at one item at once) says nothing about what is free: it is tried again, with jitter, and
 * becomes `busy` (503) if it persists. One client token serves every try, so a try whose reply was lost is not done twice.
 */
export async function commitAll(writes: readonly Write[]): Promise<void> {
  const command = { TransactItems: writes.map((write) => write.item), ClientRequestToken: randomUUID() };
  const deadline = performance.now() + patience;
  for (let attempt = 0; ; attempt++) {
    try {
      await client.send(new TransactWriteCommand(command));
      return;
    } catch (error) {
      const refusal = refusalIn(error, writes);
      if (refusal) throw refusal;
      if (!isPassing(error)) throw error;
      if (performance.now() > deadline) throw busy();
      await pause(Math.random() * Math.min(400, 10 * 2 ** attempt));
    }
  }
}

interface Cancellation {
  CancellationReasons?: { Code?: string; Item?: Parameters<typeof unmarshall>[0] }[];
}

function refusalIn(error: unknown, writes: readonly Write[]): Error | undefined {
  const reasons = (error as Cancellation).CancellationReasons ?? [];
  const lost = reasons.findIndex((reason) => reason.Code === "ConditionalCheckFailed");
  if (lost < 0) return undefined;
  const found = reasons[lost]?.Item;
  return writes[lost]?.lost(found ? (unmarshall(found) as Item) : undefined);
}
