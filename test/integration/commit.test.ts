import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Commit from "../../functions/kernel/commit.ts";
import type * as Table from "../../functions/kernel/table.ts";
import { createTables } from "../../lib/local/create-tables.ts";
import { startDynamoDb } from "../../lib/local/dynamodb.ts";
import { findJava } from "../../lib/local/java.ts";
import { type FaultProxy, startFaultProxy, throttled, transactionConflict } from "../support/fault-proxy.ts";

let proxy: FaultProxy;
let commit: typeof Commit;
let table: typeof Table;
const undo: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const dynamodb = await startDynamoDb(await findJava());
  undo.push(dynamodb.stop);
  proxy = await startFaultProxy(dynamodb.endpoint);
  undo.unshift(proxy.stop);
  const account = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  const names = { CLINIC_TABLE: "clinic", KEYS_TABLE: "keys", AUDIT_TABLE: "audit" };
  Object.assign(process.env, account, names, { DYNAMODB_ENDPOINT: proxy.endpoint });
  await createTables(new DynamoDBClient({ endpoint: dynamodb.endpoint }), {
    clinic: "clinic",
    keys: "keys",
    audit: "audit",
  });
  commit = await import("../../functions/kernel/commit.ts");
  table = await import("../../functions/kernel/table.ts");
});

afterAll(async () => {
  for (const step of undo) await step();
});

let made = 0;
const newKey = () => table.keyOf("event", ["cln_test", `evt_${made++}`], "EVENT");
const counting = (key: Table.Key) =>
  commit.update(key, "ADD #n :one", {
    condition: "",
    names: { "#n": "n" },
    values: { ":one": 1 },
    lost: () => new Error("lost"),
  });
const taken = () => new Error("taken");

describe("a transaction", () => {
  it("that meets conflicts is tried again until it goes through", async () => {
    const [key, before] = [newKey(), proxy.seen("TransactWriteItems")];
    proxy.next("TransactWriteItems", transactionConflict, transactionConflict, transactionConflict);
    await commit.commitAll([counting(key)]);
    expect((await table.get(key))?.["n"]).toBe(1);
    expect(proxy.seen("TransactWriteItems") - before).toBe(4);
  });

  it("that meets nothing but conflicts is given up as busy, never as refused", async () => {
    proxy.always("TransactWriteItems", transactionConflict);
    const outcome = await commit.commitAll([counting(newKey())]).catch((error: unknown) => error);
    proxy.always("TransactWriteItems", undefined);
    expect(outcome).toMatchObject({ kind: "busy", code: "busy", details: { retryAfter: 1 } });
  });

  it.each(["reply-lost", "request-lost"] as const)("is done once when its %s", async (fault) => {
    const key = newKey();
    proxy.next("TransactWriteItems", fault, fault);
    await commit.commitAll([counting(key)]);
    expect((await table.get(key))?.["n"]).toBe(1);
  });

  it("whose reply was lost does not take its own success for somebody else's", async () => {
    const key = newKey();
    proxy.next("TransactWriteItems", "reply-lost");
    await commit.commitAll([commit.put(key, { own: true }, commit.absent(taken))]);
    expect((await table.get(key))?.["own"]).toBe(true);
  });

  it("is tried again when throttled", async () => {
    const key = newKey();
    proxy.next("TransactWriteItems", throttled, throttled);
    await commit.commitAll([counting(key)]);
    expect((await table.get(key))?.["n"]).toBe(1);
  });

  it("throws the refusal of the first write whose condition does not hold, given what was found, and writes nothing", async () => {
    const [there, other] = [newKey(), newKey()];
    await commit.commitAll([commit.put(there, { name: "first" })]);
    const guard = commit.absent((found) => new Error(`taken by ${found?.["name"]}`));
    const outcome = commit.commitAll([counting(other), commit.put(there, { name: "second" }, guard)]);
    await expect(outcome).rejects.toThrow("taken by first");
    expect(await table.get(other)).toBeUndefined();
  });

  it("takes the longest condition that a day-book asks for: 90 cells and the time off", async () => {
    const { forGood } = await import("../../functions/appointments/day-book.ts");
    const { changingDay } = await import("../../functions/appointments/day-book-store.ts");
    const take = Array.from({ length: 90 }, (_, n) => 198 + n);
    const change = {
      thing: "prc_long",
      date: "2026-12-01",
      take,
      retake: [],
      free: [],
      clear: [],
      from: forGood,
      until: forGood,
      list: { id: "apt_1", start: 0, end: 1 },
    };
    const write = () => changingDay("cln_test", change, "2026-11-01T00:00:00Z", new Map([["prc_long", [undefined]]]));
    await commit.commitAll([write()]);
    await expect(commit.commitAll([write()])).rejects.toMatchObject({ code: "slot-taken" });
  });
});

describe("writes that may take several transactions", () => {
  const group = (size: number, key?: Table.Key) => ({
    writes: Array.from({ length: size }, () => counting(key ?? newKey())),
  });

  it("are put into one as long as it has room, with what comes along, and no group is torn apart", () => {
    const [one, two, three] = [group(60), group(38), group(2)];
    expect(commit.inTransactions([one, two, three])).toEqual([[one, two, three]]);
    expect(commit.inTransactions([one, two, three], 2)).toEqual([[one, two], [three]]);
    expect(commit.inTransactions([one, one, one])).toHaveLength(3);
    expect(commit.inTransactions([])).toEqual([]);
  });

  it("to the same item go into different ones", () => {
    const key = newKey();
    const [one, two, three] = [group(1, key), group(1, key), group(1)];
    expect(commit.inTransactions([one, two, three])).toEqual([[one], [two, three]]);
  });
});

describe("a batch read", () => {
  it("keeps the order of its keys, over tables, and has a gap for what is not there", async () => {
    const keys = [newKey(), table.keyOf("key", ["cln_test"], "SEAL#1"), newKey()];
    await commit.commitAll([commit.put(keys[0] as Table.Key, { n: 1 }), commit.put(keys[1] as Table.Key, { n: 2 })]);
    expect((await table.getAll(keys)).map((item) => item?.["n"])).toEqual([1, 2, undefined]);
  });

  it("that is throttled or loses its connection is asked again", async () => {
    proxy.next("BatchGetItem", throttled, "reply-lost");
    expect(await table.getAll([newKey()])).toEqual([undefined]);
  });
});
