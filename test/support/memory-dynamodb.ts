import { marshall } from "@aws-sdk/util-dynamodb";

/*
 * DynamoDB as far as the day-books need it, in memory: batch reads, single reads, and transactions with the conditions and
 * updates that are written there. What it does not know it refuses, so that nothing is taken for granted. That it judges
 * as DynamoDB does is shown by running the same properties against DynamoDB Local.
 */

type Row = Record<string, unknown> & { pk: string; sk: string };

interface Expressions {
  ConditionExpression?: string | undefined;
  UpdateExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
}
interface Written extends Expressions {
  TableName: string;
  Key?: Row;
  Item?: Row;
}
interface Asked {
  TableName?: string;
  KeyConditionExpression?: string;
  ExpressionAttributeValues?: Record<string, string>;
  Key?: Row;
  RequestItems?: Record<string, { Keys: Row[] }>;
  TransactItems?: Partial<Record<"Put" | "Update" | "Delete", Written>>[];
}

export interface MemoryDynamoDb {
  /** Stands for the client's `send`. */
  send(command: { input: unknown }): Promise<object>;
  /** All the rows of a table. */
  rows(table: string): Row[];
  put(table: string, row: Row): void;
}

/** What a transaction may have at most. */
const limits = { operators: 300, expression: 4096, writes: 100 };

export function memoryDynamoDb(): MemoryDynamoDb {
  const rows = new Map<string, Row>();
  const nameOf = (table: string, { pk, sk }: Row) => `${table} ${pk} ${sk}`;
  const answer = (asked: Asked): object => {
    if (asked.TransactItems) return transact(asked.TransactItems);
    if (asked.RequestItems) {
      const found = Object.entries(asked.RequestItems).map(([table, { Keys }]) => [
        table,
        Keys.flatMap((key) => rows.get(nameOf(table, key)) ?? []),
      ]);
      return { Responses: Object.fromEntries(found) };
    }
    if (asked.TableName && asked.KeyConditionExpression === "pk = :pk AND #sort BETWEEN :from AND :to") {
      const { ":pk": pk, ":from": from = "", ":to": to = "" } = asked.ExpressionAttributeValues ?? {};
      const its = [...rows.values()].filter((row) => row.pk === pk && row.sk >= from && row.sk <= to);
      return { Items: its.sort((a, b) => (a.sk < b.sk ? -1 : 1)) };
    }
    if (asked.TableName && asked.Key) return { Item: rows.get(nameOf(asked.TableName, asked.Key)) };
    throw new Error(`what is ${JSON.stringify(asked)}?`);
  };
  const transact = (items: NonNullable<Asked["TransactItems"]>) => {
    const writes = items.map(({ Put, Update, Delete }) => {
      const write = Put ?? Update ?? Delete;
      if (!write) throw new Error("a write that is none");
      mustBeSound(write);
      const name = nameOf(write.TableName, (write.Item ?? write.Key) as Row);
      return { write, name, old: rows.get(name), isDelete: Delete !== undefined };
    });
    if (writes.length > limits.writes || new Set(writes.map(({ name }) => name)).size < writes.length)
      throw new Error("too many writes, or two to one item");
    const reasons = writes.map(({ write, old }) =>
      isMet(write, old)
        ? { Code: "None" }
        : { Code: "ConditionalCheckFailed", ...(old ? { Item: marshall(old, { removeUndefinedValues: true }) } : {}) },
    );
    if (reasons.some(({ Code }) => Code !== "None"))
      throw Object.assign(new Error("cancelled"), {
        name: "TransactionCanceledException",
        CancellationReasons: reasons,
      });
    for (const { write, name, old, isDelete } of writes) {
      if (isDelete) rows.delete(name);
      else rows.set(name, write.Item ? defined(write.Item) : updated(write, old ?? (write.Key as Row)));
    }
    return {};
  };
  return {
    send: async ({ input }) => answer(input as Asked),
    rows: (table) => [...rows].flatMap(([name, row]) => (name.startsWith(`${table} `) ? row : [])),
    put: (table, row) => rows.set(nameOf(table, row), row),
  };
}

function defined(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Row;
}

/** Refuses what DynamoDB refuses: expressions that are too long, and names and values that are not used, or not there. */
function mustBeSound({ ConditionExpression: condition = "", UpdateExpression: update = "", ...given }: Written): void {
  const used = new Set(`${condition} ${update}`.match(/[#:]\w+/g));
  const told = new Set(Object.keys({ ...given.ExpressionAttributeNames, ...given.ExpressionAttributeValues }));
  if (used.symmetricDifference(told).size > 0)
    throw new Error(`used are ${[...used].join()}, given ${[...told].join()}: ${update} if ${condition}`);
  const operators = condition.match(/>=|=|\bAND\b|\bNOT\b|\w+\(/g)?.length ?? 0;
  if (operators > limits.operators || Math.max(condition.length, update.length) > limits.expression)
    throw new Error(`an expression of ${operators} operators and ${condition.length} and ${update.length} characters`);
}

function isMet({ ConditionExpression: condition, ...given }: Written, row: Row | undefined): boolean {
  return !condition || condition.split(" AND ").every((term) => isTermMet(term, given, row));
}

/** A comparison with what is not there, or of another type, is false. */
function isTermMet(term: string, given: Expressions, row: Row | undefined): boolean {
  const absence = /^attribute_not_exists\((\S+)\)$/.exec(term)?.[1];
  if (absence) return lyingAt(absence, given, row) === undefined;
  const [, isNot, path = "", sign, value = ""] = /^(NOT )?(\S+) (>=|=) (:\w+)$/.exec(term) ?? [];
  if (!sign) throw new Error(`what is the condition ${term}?`);
  const [found, wanted] = [lyingAt(path, given, row), given.ExpressionAttributeValues?.[value]];
  const isComparable = typeof found === typeof wanted && found !== undefined;
  const holds = isComparable && (sign === "=" ? found === wanted : (found as number) >= (wanted as number));
  return holds !== Boolean(isNot);
}

/** What lies at a path: `c3`, `#share` or `#share[0]`. */
function lyingAt(path: string, given: Expressions, row: Row | undefined): unknown {
  const [, name = "", index] = /^(#?\w+)(?:\[(\d+)\])?$/.exec(path) ?? [];
  if (!name) throw new Error(`what is the path ${path}?`);
  const found = row?.[nameIn(name, given)];
  if (index === undefined) return found;
  return Array.isArray(found) ? (found as unknown[])[Number(index)] : undefined;
}

function nameIn(name: string, { ExpressionAttributeNames: names }: Expressions): string {
  return name.startsWith("#") ? (names?.[name] as string) : name;
}

/** The row as an update leaves it; every action reads the row as it was. */
function updated({ UpdateExpression: update = "", ...given }: Written, row: Row): Row {
  const next = { ...row };
  const valued = (name: string | undefined) => given.ExpressionAttributeValues?.[name as string];
  for (const [, verb, clause = ""] of update.matchAll(/(SET|REMOVE|ADD) (.+?)(?= SET | REMOVE | ADD |$)/g)) {
    for (const action of clause.split(/, ?/)) {
      const [path = "", value] = action.split(verb === "SET" ? " = " : " ");
      const name = nameIn(path, given);
      if (verb === "REMOVE") delete next[name];
      else if (verb === "SET") next[name] = valued(value);
      else next[name] = ((row[name] as number | undefined) ?? 0) + (valued(value) as number);
    }
  }
  return next;
}
