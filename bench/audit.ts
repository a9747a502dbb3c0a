import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import type { Entry } from "../functions/trail/chain.ts";
import { costOf } from "./cost.ts";
import { record } from "./floor.ts";
import { prepare } from "./lambda.ts";
import { median } from "./pace.ts";
import { columns, type Finding, type Size } from "./report.ts";
import type { World } from "./world.ts";

/** What a read's audit entry costs its caller, and what comes of it afterwards in the sealer, where nobody waits. */
export async function audit(world: World, { alone }: Size): Promise<Finding> {
  const read = async () => {
    const params = { patientId: world.patients[0] as string };
    return prepare("patients.read", { token: world.tokens.desk, params });
  };
  const times: { whole: number; entry: number }[] = [];
  for (let turn = 0; turn < alone; turn++) {
    const started = performance.now();
    const { sent } = await record(await read());
    const whole = performance.now() - started;
    times.push({
      whole,
      entry: await timeOf(world.replayOf(sent.filter(({ action }) => action.startsWith("BatchWrite")))),
    });
  }
  const { written } = await costOf(world.client, await read());
  const entry = written.find(({ what }) => what.endsWith("audit"));
  const raw = {
    read: median(times.map(({ whole }) => whole)),
    entry: median(times.map((each) => each.entry)),
    bytes: entry?.bytes ?? 0,
    units: entry?.units ?? 0,
    sealer: { 1: await sealerOf(world, 1), 10: await sealerOf(world, 10), 90: await sealerOf(world, 90) },
  };
  return { title: "The cost of audit per read", text: textOf(raw), raw, verdicts: [] };
}

type Cost = Awaited<ReturnType<typeof sealerOf>>;
interface Raw {
  read: number;
  entry: number;
  bytes: number;
  units: number;
  sealer: Record<string, Cost>;
}

function textOf({ read, entry, bytes, units, sealer }: Raw): string {
  const share = `${((100 * entry) / read).toFixed(0)}%`;
  const waited = columns(
    ["reading a patient", "ms", "of it the entry", "share", "bytes", "write units"],
    [["", read.toFixed(2), entry.toFixed(2), share, String(bytes), String(units)]],
  );
  const rows = Object.entries(sealer).map(([size, cost]) => [
    `${size} at once`,
    (cost.ms / Number(size)).toFixed(2),
    (cost.writeUnits / Number(size)).toFixed(1),
    (cost.readUnits / Number(size)).toFixed(1),
    (1 / Number(size)).toFixed(3),
  ]);
  const head = ["sealer, for each entry", "ms", "write units", "read units", "signatures, objects"];
  return `${waited}\n\n${columns(head, rows)}`;
}

/** What the sealer does with a batch of so many entries of one clinic: the time and the units of all of it. */
async function sealerOf({ client }: World, size: number) {
  const { handler } = (await import("../functions/trail/seal.ts")) as {
    handler: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  };
  const clinic = `cln_${randomUUID()}`;
  const seal = async () => {
    const { batchItemFailures } = await handler({ Records: entriesOf(clinic, size).map(recordOf) });
    if (batchItemFailures.length > 0) throw new Error("the sealer failed");
  };
  // The first of a clinic writes what later ones do not.
  await seal();
  const { written, readUnits } = await costOf(client, seal);
  const times: number[] = [];
  for (let turn = 0; turn < 10; turn++) times.push(await timeOf(seal));
  return { ms: median(times), writeUnits: written.reduce((sum, { units }) => sum + units, 0), readUnits };
}

function entriesOf(clinic: string, size: number): Entry[] {
  return Array.from({ length: size }, () => {
    const at = new Date().toISOString();
    const told = { action: "patient.read", outcome: "granted", user: randomUUID(), role: "front-desk" };
    const from = { from: "203.0.113.7", requestId: randomUUID(), patient: "pat_2x8J5mQwTzR7kVbN4cYpLd" };
    return { pk: `AUDIT#${clinic}#${from.patient}`, sk: `${at}#${randomUUID().slice(0, 12)}`, at, ...told, ...from };
  });
}

function recordOf(entry: Entry): DynamoDBStreamEvent["Records"][number] {
  const NewImage = marshall(entry) as Record<string, { S: string }>;
  const Keys = { pk: { S: entry.pk }, sk: { S: entry.sk } };
  const ApproximateCreationDateTime = Math.floor(Date.now() / 1000);
  return { eventName: "INSERT", dynamodb: { Keys, NewImage, SequenceNumber: entry.sk, ApproximateCreationDateTime } };
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
