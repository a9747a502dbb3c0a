import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../../lib/import/client.ts";
import { runImport } from "../../lib/import/run.ts";
import { givenToken } from "../../lib/import/session.ts";
import { summaryOf } from "../../lib/import/summary.ts";
import { heldTypes } from "../../lib/import/survey.ts";
import { Keeper } from "./import-keeper.ts";

const samples = join(import.meta.dirname, "../../samples");
/** What samples/ holds, its four kinds of visit and the children's included. */
const all = 12 + 4 + 5 + 60 + 42 + 5 + 42 + 36 + 60;

let keeper: Keeper;
let scratch: string;
beforeEach(async () => {
  keeper = await Keeper.listen();
  scratch = await mkdtemp(join(tmpdir(), "praxis-import-"));
});
afterEach(async () => {
  await keeper.close();
  await rm(scratch, { recursive: true });
});

const patience = { attempts: 3, first: 0, longest: 0 };

async function run(folder = samples, concurrency = 8) {
  const api = connect({ url: keeper.url, session: givenToken("t"), patience });
  const tally = await runImport(folder, { api, concurrency });
  const sent = [...tally.counts].filter(([kind]) => !heldTypes.includes(kind));
  const sum = (column: "found" | "created" | "existing" | "refused" | "failed") =>
    sent.reduce((total, [, count]) => total + count[column], 0);
  return { tally, created: sum("created"), existing: sum("existing"), refused: sum("refused"), found: sum("found") };
}

test("the samples are imported whole, and a second run creates nothing", async () => {
  const first = await run();
  expect(first).toMatchObject({ found: all, created: all, existing: 0, refused: 0 });
  expect(first.tally.isComplete).toBe(true);
  expect(await run()).toMatchObject({ found: all, created: 0, existing: all, refused: 0 });
  expect(keeper.kept.size).toBe(all);
});

test("no more requests are under way at once than asked for", async () => {
  await run(samples, 3);
  expect(keeper.mostAtOnce).toBe(3);
});

test("lost replies duplicate nothing and are not counted as there before", async () => {
  keeper.fate = (nth, isRetry) => (nth % 5 === 0 && !isRetry ? "lost" : "answered");
  expect(await run()).toMatchObject({ created: all, existing: 0 });
  expect(keeper.kept.size).toBe(all);
});

test("a run that ends half-way says so, and the next one completes it", async () => {
  keeper.fate = (nth) => (nth > 120 ? "dead" : "answered");
  const { tally, created } = await run();
  expect(tally.isComplete).toBe(false);
  expect(summaryOf(tally)).toContain("Stopped: the API does not answer; run again to go on.");
  keeper.fate = () => "answered";
  expect(await run()).toMatchObject({ created: all - created, existing: created });
  expect(keeper.kept.size).toBe(all);
});

test("a token that is no longer accepted stops the run, and the next one completes it", async () => {
  keeper.fate = (nth) => (nth > 120 ? "unauthenticated" : "answered");
  const { tally, created } = await run();
  expect([created, tally.isComplete]).toEqual([120, false]);
  expect(summaryOf(tally)).toContain("Stopped: the access token is not accepted (401)");
  keeper.fate = () => "answered";
  expect(await run()).toMatchObject({ created: all - 120, existing: 120 });
});

async function folderOf(...resources: object[]): Promise<string> {
  await writeFile(join(scratch, "mixed.ndjson"), resources.map((resource) => `${JSON.stringify(resource)}\n`).join(""));
  return scratch;
}

const ana = { resourceType: "Patient", id: "p-1", name: [{ family: "Souza" }], birthDate: "1987-03-14" };
const condition = {
  resourceType: "Condition",
  id: "c-1",
  subject: { reference: "Patient/p-1" },
  code: { coding: [{ system: "http://snomed.info/sct", code: "59621000" }] },
};

test("resources of any order in one file find each other", async () => {
  const { tally } = await run(await folderOf(condition, ana));
  expect([...keeper.kept.values()].map(({ body }) => body["kind"])).toEqual([undefined, "condition"]);
  expect(tally.isComplete).toBe(true);
});

test("a record number that belongs to somebody else keeps the patient and the records out", async () => {
  await run(await folderOf(ana));
  const { tally } = await run(
    await folderOf(condition, { ...ana, name: [{ family: "Lima" }], birthDate: "1990-01-01" }),
  );
  expect([...tally.refusals.values()]).toEqual([
    { kind: "Patient", reason: "number-of-another-person", count: 1, example: "Patient/p-1" },
    { kind: "Condition", reason: "patient-not-imported", count: 1, example: "Condition/c-1" },
  ]);
  expect(keeper.kept.size).toBe(1);
});

test("all that is not sent is counted by its reason", async () => {
  const planned = { resourceType: "Encounter", id: "e-1", status: "planned" };
  const folder = await folderOf(
    planned,
    { ...planned, id: "e-2" },
    { ...planned, id: "no id" },
    { resourceType: "Goal", id: "g" },
    {},
  );
  const { tally, found, refused } = await run(folder);
  expect(
    [...tally.refusals.values()].map(({ kind, reason, count, example }) => [kind, reason, count, example]),
  ).toEqual([
    ["(line)", "no-resource-type", 1, "mixed.ndjson:5"],
    ["Encounter", "encounter-planned", 2, "Encounter/e-1"],
    ["Encounter", "malformed id", 1, "mixed.ndjson:3"],
  ]);
  expect([found, refused, tally.untaken]).toEqual([4, 4, new Map([["Goal", 1]])]);
  expect(tally.isComplete).toBe(true);
});

const npi = { system: "http://hl7.org/fhir/sid/us-npi", value: "9999900001" };
const clinic = [
  {
    resourceType: "PractitionerRole",
    id: "r-1",
    practitioner: { identifier: npi },
    location: [{ reference: "Location/l-1" }],
  },
  { resourceType: "PractitionerRole", id: "r-2", practitioner: { reference: "Practitioner/elsewhere" } },
  { resourceType: "Practitioner", id: "d-1", name: [{ family: "Okafor" }], identifier: [npi] },
  { resourceType: "Organization", id: "o-1", name: "Riverside" },
  ...["l-1", "l-2"].map((id) => ({
    resourceType: "Location",
    id,
    name: id,
    managingOrganization: { reference: "Organization/o-1" },
  })),
];

test("roles and organizations are counted with the practitioners and locations that they become part of", async () => {
  const folder = await folderOf(...clinic);
  const counts = async () => Object.fromEntries((await run(folder)).tally.counts);
  const orphan = { failed: 0, refused: 1 };
  expect(await counts()).toMatchObject({
    Location: { found: 2, created: 2 },
    Organization: { found: 1, created: 1 },
    Practitioner: { found: 1, created: 1 },
    PractitionerRole: { found: 2, created: 1, ...orphan },
  });
  expect(await counts()).toMatchObject({
    Organization: { created: 0, existing: 1 },
    PractitionerRole: { created: 0, existing: 1, ...orphan },
  });
  const bodies = [...keeper.kept.values()].map(({ body }) => body);
  const place = [...keeper.kept.values()].find(({ body }) => body["name"] === "l-1");
  expect(bodies).toContainEqual(expect.objectContaining({ name: "l-1", zone: keeper.zone }));
  expect(bodies).toContainEqual(expect.objectContaining({ name: { family: "Okafor" }, locations: [place?.id] }));
});

test("locations are not sent where nobody says in which zone the clinic is", async () => {
  keeper.zone = undefined;
  const { tally, created } = await run(await folderOf(...clinic));
  expect(created).toBe(0);
  expect(summaryOf(tally)).toContain("Stopped: the signed-in user belongs to no clinic");
});

test("the summary counts by kind and holds no data of a person", async () => {
  await run(await folderOf(ana));
  const { tally } = await run(
    await folderOf({ ...ana, telecom: [{ system: "email", value: "ana at home" }] }, { ...ana, id: "p-2" }),
  );
  const summary = summaryOf(tally);
  expect(summary).toMatch(/^Patient +2 +1 +1 +0 +0$/m);
  expect(summary).not.toMatch(/souza|1987|ana at home/i);
});
