import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { newFullLife, soon, toldOf, whose } from "../support/life.ts";
import { merge, readMerge, undo } from "../support/merges.ts";
import { dump } from "../support/tables.ts";
import { newPatient } from "../support/world.ts";

/* The worker that hands a merged patient's things over is ended by `kill -9` while DynamoDB has yet to see its nth transaction. */

let proxy: FaultProxy;

beforeAll(async () => {
  proxy = await startFaultProxy(inject("backend").env["DYNAMODB_ENDPOINT"] as string);
});

afterAll(() => proxy.stop());

/** Has a process of its own carry out what is due, over the proxy. */
function sweep() {
  const nobody = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local", LOG: "none" };
  const { env } = inject("backend");
  const told = { ...env, ...nobody, DYNAMODB_ENDPOINT: proxy.endpoint, SWEEP: "merges", SWEEP_AT: soon };
  const script = fileURLToPath(new URL("../support/sweep.ts", import.meta.url));
  const child = spawn(process.execPath, [script], { env: { ...process.env, ...told }, stdio: "ignore" });
  return { child, ended: once(child, "exit") };
}

/** Carries out what is due, killed at its nth transaction and then taken up again; whether it came to an nth. */
async function sweepKilledAt(nth: number, half: () => Promise<void>): Promise<boolean> {
  const came = proxy.keepBack("TransactWriteItems", nth);
  const { child, ended } = sweep();
  const wasCut = await Promise.race([came.then(() => true), ended.then(() => false)]);
  child.kill("SIGKILL");
  await ended;
  if (!wasCut) return false;
  await half();
  expect(await sweep().ended).toEqual([0, null]);
  return true;
}

/** What lies with a patient, or names them by its place; but not what a merge keeps, and where a decision once lay. */
const rowsOf = async (patient: string) =>
  (await dump("CLINIC_TABLE")).filter(
    ({ pk, sk }) => `${pk} ${sk}`.includes(patient) && !pk.startsWith("MERGE#") && !sk.startsWith("THEN#"),
  );

/** As many transactions as it takes to hand over one of everything, there or back. */
const all = Array.from({ length: 34 }, (_, n) => n + 1);

it.each(all)(
  "killed at its transaction %i it is taken up again, there and back, and nothing is lost or doubled",
  async (nth) => {
    const life = await newFullLife();
    const into = await newPatient();
    const [before, own] = [await toldOf(life.patient, life), await toldOf(into, life)];
    const { id } = (await merge(life.patient, into)).body;
    const isMoving = (status: string) => async () => expect((await readMerge(id)).status).toBe(status);

    const wasCut = await sweepKilledAt(nth, isMoving("moving"));
    expect((await readMerge(id)).status).toBe("merged");
    expect({ wasCut, told: await toldOf(into, life) }).toEqual({ wasCut: true, told: before });
    expect(new Set(await whose(life))).toEqual(new Set([into]));
    expect(await rowsOf(life.patient)).toEqual([]);

    await undo(id);
    await sweepKilledAt(nth, isMoving("undoing"));
    expect((await readMerge(id)).status).toBe("undone");
    expect(await toldOf(life.patient, life)).toEqual(before);
    expect(new Set(await whose(life))).toEqual(new Set([life.patient]));
    expect(await toldOf(into, life)).toEqual(own);
    expect((await dump("CLINIC_TABLE")).filter(({ pk }) => pk.endsWith(id))).toEqual([]);
  },
);

it("comes to no more transactions than it was killed at", async () => {
  const life = await newFullLife();
  const { id } = (await merge(life.patient, await newPatient())).body;
  for (const start of [() => readMerge(id), () => undo(id)]) {
    await start();
    expect(await sweepKilledAt(all.length + 1, async () => undefined)).toBe(false);
  }
  expect((await readMerge(id)).status).toBe("undone");
});

it("is carried out whole by two at once, as when a minute's work takes longer than that, there and back", async () => {
  const life = await newFullLife();
  const into = await newPatient();
  const before = await toldOf(life.patient, life);
  const { id } = (await merge(life.patient, into)).body;
  const both = () => Promise.all([sweep().ended, sweep().ended]);
  expect(await both()).toEqual([
    [0, null],
    [0, null],
  ]);
  expect({ told: await toldOf(into, life), status: (await readMerge(id)).status }).toEqual({
    told: before,
    status: "merged",
  });
  await undo(id);
  expect(await both()).toEqual([
    [0, null],
    [0, null],
  ]);
  expect({ told: await toldOf(life.patient, life), status: (await readMerge(id)).status }).toEqual({
    told: before,
    status: "undone",
  });
});
