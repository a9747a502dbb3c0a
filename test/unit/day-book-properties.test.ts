import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import type { Item } from "../support/history-world.ts";
import { memoryDynamoDb } from "../support/memory-dynamodb.ts";

Object.assign(process.env, { CLINIC_TABLE: "clinic", KEYS_TABLE: "keys", AUDIT_TABLE: "audit" });
const { client } = await import("../../functions/kernel/table.ts");
const { atOnce, inTurn, joining } = await import("../support/day-book-properties.ts");

const runs = Number(process.env["PROPERTY_RUNS"] ?? 200);
const patience = 20_000 + runs * 200;

let memory = memoryDynamoDb();
const startAfresh = () => {
  memory = memoryDynamoDb();
};
const look = () => memory.rows("clinic") as Item[];

beforeEach(() => {
  client.send = ((command: { input: unknown }) => memory.send(command)) as typeof client.send;
});

const hold = async <Given>(property: fc.IAsyncPropertyWithHooks<Given>) => {
  await fc.assert(property.beforeEach(startAfresh), { numRuns: runs });
  expect(look()).not.toEqual([]);
};

test("what is done in turn is let in if it fits and refused if not, as in the plain model", { timeout: patience }, () =>
  hold(inTurn(look)),
);

test(
  "of what is done at once no more is let in than fits, and nothing is refused that does",
  { timeout: patience },
  () => hold(atOnce(look)),
);

test(
  "whoever joins a group at once with others finds a place, and reads again only if it was lost",
  { timeout: patience },
  () => hold(joining(look)),
);
