import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, paginateScan, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { newId } from "../../functions/kernel/ids.ts";
import type { Entry, Seal } from "../../functions/trail/chain.ts";
import type { Evidence } from "../../lib/audit/evidence.ts";
import { verifyTrail } from "../../lib/audit/verify.ts";
import { type Archive, startArchive } from "../../lib/local/archive.ts";
import { createTables } from "../../lib/local/create-tables.ts";
import { startDynamoDb } from "../../lib/local/dynamodb.ts";
import { findJava } from "../../lib/local/java.ts";
import { type Kms, startKms } from "../../lib/local/kms.ts";
import { followStream } from "../../lib/local/stream-follower.ts";
import { ofTrail } from "../../lib/local/stream-record.ts";

type Handler = (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

let kms: Kms;
let archive: Archive;
let folder: string;
let client: DynamoDBDocumentClient;
let handler: Handler;
let beat: (event: { time: string }) => Promise<void>;
const undo: (() => Promise<unknown>)[] = [];
const names = { clinic: `clinic-${randomUUID()}`, keys: `keys-${randomUUID()}`, audit: `audit-${randomUUID()}` };

beforeAll(async () => {
  const dynamodb = await startDynamoDb(await findJava());
  undo.unshift(dynamodb.stop);
  folder = await mkdtemp(join(tmpdir(), "praxis-sealing-"));
  undo.unshift(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  kms = await startKms();
  archive = await startArchive(join(folder, "archive"));
  undo.unshift(kms.stop, archive.stop);
  const account = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  const tables = { CLINIC_TABLE: names.clinic, KEYS_TABLE: names.keys, AUDIT_TABLE: names.audit };
  const sealing = { SEAL_KEY: kms.signingKeyArn, ARCHIVE_BUCKET: archive.bucket, ARCHIVE_ENDPOINT: archive.endpoint };
  const endpoints = { DYNAMODB_ENDPOINT: dynamodb.endpoint, KMS_ENDPOINT: kms.endpoint };
  Object.assign(process.env, account, tables, sealing, endpoints, { LOG: "none" });
  const bare = new DynamoDBClient({ endpoint: dynamodb.endpoint });
  await createTables(bare, names);
  client = DynamoDBDocumentClient.from(bare);
  ({ handler } = await import("../../functions/trail/seal.ts"));
  ({ handler: beat } = await import("../../functions/trail/heartbeat.ts"));
});

afterAll(async () => {
  for (const step of undo) await step();
});

const newClinic = () => newId("cln");

function entryOf(clinic: string, more: object = {}): Entry {
  const at = new Date().toISOString();
  const told = { action: "patient.read", outcome: "granted", user: "u1", role: "practitioner", patient: "pat_1" };
  return { pk: `AUDIT#${clinic}#pat_1`, sk: `${at}#${randomUUID().slice(0, 12)}`, at, ...told, ...more };
}

async function write(...entries: Entry[]): Promise<Entry[]> {
  for (const Item of entries) await client.send(new PutCommand({ TableName: names.audit, Item }));
  return entries;
}

/** What the table's stream hands on of some new entries. */
const batchOf = (entries: Entry[]): DynamoDBStreamEvent => ({
  Records: entries.map((entry) => {
    const image = marshall(entry) as Record<string, { S: string }>;
    const Keys = { pk: { S: entry.pk }, sk: { S: entry.sk } };
    const ApproximateCreationDateTime = Math.floor(Date.parse(entry.at) / 1000);
    return {
      eventID: randomUUID(),
      eventName: "INSERT" as const,
      dynamodb: { Keys, NewImage: image, SequenceNumber: entry.sk, ApproximateCreationDateTime },
    };
  }),
});

const seal = async (entries: Entry[]) => (await handler(batchOf(entries))).batchItemFailures.length === 0;
const many = (clinic: string, count: number) => Array.from({ length: count }, () => entryOf(clinic));

async function evidenceOf(clinic: string): Promise<Evidence> {
  const { readTrails } = await import("../../lib/audit/read.ts");
  const [evidence] = await Array.fromAsync(readTrails(clinic));
  return evidence as Evidence;
}

async function mustBeWhole(clinic: string, entries: number): Promise<Evidence> {
  const evidence = await evidenceOf(clinic);
  expect(verifyTrail(evidence)).toMatchObject({ findings: [], entries, waiting: 0, sealed: { seq: entries } });
  return evidence;
}

async function eventsOf(clinic: string): Promise<Record<string, unknown>[]> {
  const events = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: names.clinic })) events.push(...Items);
  return events.filter((item) => String(item["pk"]).startsWith(`EVENT#${clinic}#`));
}

describe("the sealer", () => {
  it("links every entry once, in order, signs, and archives", async () => {
    const clinic = newClinic();
    expect(await seal(await write(...many(clinic, 12)))).toBe(true);
    expect(await seal(await write(...many(clinic, 3)))).toBe(true);
    const { archive: objects, seals } = await mustBeWhole(clinic, 15);
    expect([objects?.length, seals.length]).toEqual([2, 2]);
  });

  it("takes more entries than one transaction does", async () => {
    const clinic = newClinic();
    expect(await seal(await write(...many(clinic, 100)))).toBe(true);
    await mustBeWhole(clinic, 100);
  });

  it("finds nothing to do in what it is handed again, in whole, in part or twice within a batch", async () => {
    const clinic = newClinic();
    const entries = await write(...many(clinic, 6));
    await seal(entries);
    await seal(entries);
    const more = await write(...many(clinic, 2));
    expect(await seal([...entries.slice(4), ...more, ...more])).toBe(true);
    await mustBeWhole(clinic, 8);
  });

  it("does not fork or double where several seal one clinic at once, the same entries among them", async () => {
    const clinic = newClinic();
    const entries = await write(...many(clinic, 40));
    const shares = [0, 10, 20, 30].map((from) => entries.slice(from, from + 12));
    const done = await Promise.all(shares.map(seal));
    // Who lost too often is handed its batch again.
    for (const [n, share] of shares.entries()) expect(done[n] || (await seal(share))).toBe(true);
    await mustBeWhole(clinic, 40);
  });

  it("completes what was cut short by an outage of the archive or of KMS, when it is handed the batch again", async () => {
    const clinic = newClinic();
    const first = await write(...many(clinic, 4));
    archive.fail(true);
    expect(await seal(first)).toBe(false);
    archive.fail(false);
    expect(verifyTrail(await evidenceOf(clinic))).toMatchObject({ findings: [], entries: 4, sealed: { seq: 0 } });
    kms.fail(true);
    expect(await seal(first)).toBe(false);
    kms.fail(false);
    const second = await write(...many(clinic, 4));
    expect(await seal([...first, ...second])).toBe(true);
    await mustBeWhole(clinic, 8);
  });

  it("completes what was cut short between the archive and the table, though the object is there already", async () => {
    const clinic = newClinic();
    const entries = await write(...many(clinic, 5));
    const store = await import("../../functions/trail/seal-store.ts");
    const bucket = await import("../../functions/trail/archive-store.ts");
    const rows = entries.map((entry) => ({ entry, written: Math.floor(Date.parse(entry.at) / 1000) }));
    await store.link(clinic, await store.findHead(clinic), rows);
    const pending = await store.findPending(clinic, await store.findHead(clinic), 90);
    const covered = pending.filter((each) => each !== undefined);
    const { seq, hash } = covered.at(-1)!.link;
    await bucket.archive(await bucket.sign({ clinic, seq, hash, at: store.clock() }), covered);
    // Here the sealer was killed.
    expect(await seal(entries)).toBe(true);
    await mustBeWhole(clinic, 5);
  });

  it("goes on where a link is deleted before it was sealed, and the verifier names the entry", async () => {
    const clinic = newClinic();
    const [first, gone, ...rest] = await write(...many(clinic, 5));
    archive.fail(true);
    await seal([first, gone, ...rest] as Entry[]);
    archive.fail(false);
    const { sk = "" } = gone ?? {};
    await client.send(new DeleteCommand({ TableName: names.audit, Key: { pk: `CHAIN#${clinic}`, sk } }));
    expect(await seal(await write(...many(clinic, 3)))).toBe(true);
    const { findings, sealed } = verifyTrail(await evidenceOf(clinic));
    expect([findings[0], sealed.seq]).toMatchObject([{ wrong: "missing", seq: 2 }, 8]);
  });

  it("seals a chain as it stands at each heartbeat, and what was left unsealed before", async () => {
    const clinic = newClinic();
    const entries = await write(...many(clinic, 2));
    archive.fail(true);
    await seal(entries);
    archive.fail(false);
    await beat({ time: new Date().toISOString() });
    await beat({ time: new Date().toISOString() });
    const { seals } = await mustBeWhole(clinic, 2);
    expect(seals.map(({ seq }: Seal) => seq)).toEqual([2, 2, 2]);
  });
});

describe("the stream", () => {
  const follow = async () => {
    const options = { endpoint: process.env["DYNAMODB_ENDPOINT"] ?? "", table: names.audit, wanted: ofTrail };
    const placeFile = join(folder, `${randomUUID()}.json`);
    const follower = await followStream({ ...options, batchSize: 100, placeFile, invoke: handler });
    onTestFinished(() => follower.stop());
    return follower;
  };

  it("has entries linked as they are written, and tells of each that is changed or deleted, once", async () => {
    const clinic = newClinic();
    const [entry] = await write(entryOf(clinic), entryOf(clinic));
    const follower = await follow();
    await follower.settled();
    await mustBeWhole(clinic, 2);
    const { pk, sk } = entry as Entry;
    const change = { UpdateExpression: "SET #user = :x", ExpressionAttributeNames: { "#user": "user" } };
    await client.send(
      new UpdateCommand({
        TableName: names.audit,
        Key: { pk, sk },
        ...change,
        ExpressionAttributeValues: { ":x": "x" },
      }),
    );
    await follower.settled();
    await (await follow()).settled();
    const told = (await eventsOf(clinic)).filter(({ type }) => type === "audit.tampered");
    expect(told).toMatchObject([{ how: "modified", what: "audit", patient: "pat_1", entry: sk }]);
    expect(verifyTrail(await evidenceOf(clinic)).findings[0]).toMatchObject({ wrong: "altered", entry: { pk, sk } });
  });
});

describe("what looks odd", () => {
  const founded = async (zone: string) => {
    const clinic = newClinic();
    await client.send(
      new PutCommand({ TableName: names.clinic, Item: { pk: `CLINIC#${clinic}`, sk: "CLINIC", name: "x", zone } }),
    );
    return clinic;
  };
  /** A zone in which it is noon, or midnight, give or take an hour. */
  const zoneAt = (hour: number) => {
    const ahead = ((((hour - new Date().getUTCHours()) % 24) + 36) % 24) - 12;
    // POSIX: the sign is the other way round.
    return ahead === 0 ? "UTC" : `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
  };
  const oddOf = async (clinic: string) =>
    (await eventsOf(clinic)).filter(({ type }) => type === "audit.alert").map(({ kind, user }) => `${kind} ${user}`);

  it("is told once: many patients, many refusals, by one user in ten minutes", async () => {
    const clinic = await founded(zoneAt(12));
    const at = new Date(Math.floor(Date.now() / 600_000) * 600_000).toISOString();
    const reads = Array.from({ length: 101 }, (_, n) => entryOf(clinic, { at, patient: `pat_${n}`, user: "reader" }));
    const refused = Array.from({ length: 21 }, () => entryOf(clinic, { at, outcome: "refused", user: "prober" }));
    await seal(reads.slice(0, 60));
    await seal([...reads.slice(0, 100), ...refused.slice(0, 20)]);
    expect(await oddOf(clinic)).toEqual([]);
    await seal([...reads.slice(50), ...refused]);
    await seal([...reads, ...refused]);
    expect((await oddOf(clinic)).sort()).toEqual(["bulk-reads reader", "many-refusals prober"]);
  });

  it("is told once a user and day: the staff's work after hours, by the clinic's clock", async () => {
    const clinic = await founded(zoneAt(1));
    await seal([entryOf(clinic), entryOf(clinic), entryOf(clinic, { role: "patient", user: "u2" })]);
    await seal([entryOf(clinic)]);
    expect(await oddOf(clinic)).toEqual(["after-hours u1"]);
  });
});
