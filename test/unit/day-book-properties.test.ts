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

const given = { numRuns: runs, plugins: [fc.beforeEach(startAfresh)] };

test("what is done in turn is let in if it fits, and refused if not", { timeout: patience }, async () => {
  await fc.assert(inTurn(look), given);
  expect(look()).not.toEqual([]);
});

test("of what is done at once, no more is let in than fits, nor is any refused that does", {
  timeout: patience,
}, async () => {
  await fc.assert(atOnce(look), given);
  expect(look()).not.toEqual([]);
});

test("who joins a group at once with others finds a place, and reads again only where it was lost", {
  timeout: patience,
}, async () => {
  await fc.assert(joining(look), given);
  expect(look()).not.toEqual([]);
});
