import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { seed } from "../../bin/seed.ts";
import { type Backend, startBackend } from "../../lib/local/backend.ts";
import { demoPassword } from "../../lib/local/demo.ts";
import { startDynamoDb } from "../../lib/local/dynamodb.ts";
import { findJava } from "../../lib/local/java.ts";
import { usersOf } from "../../lib/local/users.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";

/* The worker that carries an erasure out is ended by `kill -9` while DynamoDB has yet to see its nth transaction. */

const clinic = "cln_DemoClinic000000000001";
const noon = "2027-01-01T12:00:00Z";
const later = "2027-01-01T12:01:01Z";

let proxy: FaultProxy;
let backend: Backend;
const undo: (() => Promise<unknown>)[] = [];
const tokens: Record<string, string> = {};

beforeAll(async () => {
  const dynamodb = await startDynamoDb(await findJava());
  proxy = await startFaultProxy(dynamodb.endpoint);
  process.env["DYNAMODB_ENDPOINT"] = dynamodb.endpoint;
  backend = await startBackend({ inMemory: true, port: 0, testClock: true, quiet: true });
  undo.push(backend.stop, proxy.stop, dynamodb.stop);
  await seed(backend);
  const { saveMember } = await import("../../functions/members/store.ts");
  const sub = await usersOf(backend).createUser("second@demo.clinic", demoPassword);
  await saveMember(sub, { clinic, role: "privacy-officer" });
  for (const name of ["admin", "privacy", "second"])
    tokens[name] = (await backend.signIn(`${name}@demo.clinic`, demoPassword)).accessToken;
});

afterAll(async () => {
  for (const step of undo) await step();
});

async function call(method: string, path: string, as: string, body?: object, headers: object = {}) {
  const answer = await fetch(`${backend.url}/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${tokens[as]}`,
      "content-type": "application/json",
      "idempotency-key": randomUUID(),
      "x-test-now": noon,
      ...headers,
    },
    body: body ? JSON.stringify(body) : null,
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test says by its assertions what the body is
  return { status: answer.status, body: (await answer.json()) as any };
}

/** A patient with three appointments, an entry on the waitlist, records and a feed, whose erasure is confirmed. */
async function confirmed() {
  const made = async (path: string, body: object) => (await call("POST", path, "admin", body)).body.id as string;
  const practitioner = await made("practitioners", { name: { text: "Dr. Test" } });
  const windows = [{ days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], start: "00:00", end: "00:00" }];
  await call("PUT", `practitioners/${practitioner}/schedule`, "admin", { zone: "UTC", windows }, { "if-match": '"1"' });
  const service = await made("services", { name: "Test", durationMinutes: 30, practitioners: [practitioner] });
  const patient = await made("patients", { name: { text: "Cut Short" }, mrn: randomUUID() });
  const at = ["2027-03-01T09:00:00Z", "2027-03-02T09:00:00Z", "2027-03-03T09:00:00Z"];
  for (const start of at) await made("appointments", { patient, practitioner, service, start });
  await made("waitlist", { patient, service, from: "2029-01-01T00:00:00Z", to: "2029-01-02T00:00:00Z" });
  for (const title of ["one", "two"]) await made(`patients/${patient}/records`, { kind: "note", title, text: title });
  await made("calendar-feeds", { patient });
  const erasure = (await call("POST", `patients/${patient}/erase`, "privacy", { reason: "By letter" })).body
    .id as string;
  expect((await call("POST", `erasures/${erasure}/confirm`, "second", {})).status).toBe(200);
  return { patient, practitioner, service, erasure };
}

/** Has a process of its own carry out what is due, over the proxy. */
function sweep() {
  const env = { ...process.env, DYNAMODB_ENDPOINT: proxy.endpoint, SWEEP: "erasures", SWEEP_AT: later, LOG: "none" };
  const script = fileURLToPath(new URL("../support/sweep.ts", import.meta.url));
  const child = spawn(process.execPath, [script], { env, stdio: "ignore" });
  return { child, ended: once(child, "exit") };
}

async function rowsNaming(patient: string) {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const { dynamodbEndpoint: endpoint, tableNames } = backend;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: "us-east-1", credentials }));
  const found: Record<string, unknown>[] = [];
  for (const TableName of [tableNames.clinic, tableNames.keys])
    for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
      found.push(...Items.filter((item) => JSON.stringify(item).includes(patient)));
  client.destroy();
  return found;
}

const kindsOf = (rows: Record<string, unknown>[]) => [...new Set(rows.map(({ pk }) => String(pk).split("#")[0]))];

it.each([1, 2, 4, 6, 8, 10, 13, 15, 17, 18])(
  "killed at its transaction %i it is taken up again, and then done whole",
  async (nth) => {
    const { patient, practitioner, service, erasure } = await confirmed();
    const came = proxy.keepBack("TransactWriteItems", nth);
    const { child, ended } = sweep();
    const wasCut = await Promise.race([came.then(() => true), ended.then(() => false)]);
    child.kill("SIGKILL");
    await ended;
    expect(wasCut).toBe(true);
    expect((await call("GET", `erasures/${erasure}`, "privacy")).body.status).toBe("confirmed");
    expect(kindsOf(await rowsNaming(patient))).toContain("KEY");

    const again = sweep();
    expect(await again.ended).toEqual([0, null]);
    expect((await call("GET", `erasures/${erasure}`, "privacy")).body).toMatchObject({ status: "erased", patient });
    const left = await rowsNaming(patient);
    expect(left.filter(({ pk, sk }) => `${String(pk)} ${String(sk)}`.includes(patient))).toEqual([]);
    const appointments = left.filter(({ sk }) => sk === "APPOINTMENT");
    expect(appointments.map(({ status }) => status)).toEqual(["cancelled", "cancelled", "cancelled"]);
    const other = (await call("POST", "patients", "admin", { name: { text: "Next" } })).body.id;
    const next = { patient: other, practitioner, service, start: "2027-03-02T09:00:00Z" };
    expect((await call("POST", "appointments", "admin", next)).status).toBe(201);
  },
);
