import { expect, it } from "vitest";
import { contentOf, fetched, mustExport } from "../support/archives.ts";
import { keysBelow, putBehindTheApi, removeBehindTheApi } from "../support/bucket.ts";
import { bundledWorker } from "../support/bundled-worker.ts";
import { mustCall } from "../support/client.ts";
import { putRecords } from "../support/many-records.ts";
import { scan } from "../support/scanner.ts";
import { pdf, uploaded } from "../support/uploads.ts";
import { tick } from "../support/workers.ts";
import { newPatient, okafor } from "../support/world.ts";

const clinic = "cln_DemoClinic000000000001";
const at = (minute: number) => `2027-01-16T10:${String(minute).padStart(2, "0")}:00Z`;
const read = (id: string, minute: number) => mustCall("GET", `/v1/exports/${id}`, { as: okafor, at: at(minute) });

/** A patient with so many documents, all clean. */
async function withDocuments(count: number) {
  const patient = await newPatient({}, okafor);
  const documents: string[] = [];
  for (let n = 0; n < count; n++) {
    const { path, document } = await uploaded(patient, pdf(`document ${n}`));
    await scan(path, "NO_THREATS_FOUND");
    documents.push(document.id);
  }
  return { patient, documents };
}

it("an export tells how far it is, and one that was cut short is begun anew once its writer has been silent", async () => {
  const { patient, documents } = await withDocuments(3);
  const { id, password } = await mustExport(patient, okafor, { at: at(0) });
  expect((await read(id, 0)).progress).toEqual({ done: 0, of: 0 });
  // Without one of its files, the archive cannot be finished.
  const key = `documents/${clinic}/${patient}/${documents[1]}`;
  await removeBehindTheApi(key);
  await tick("exports", at(1)).catch(() => undefined);
  expect(await read(id, 1)).toMatchObject({ status: "writing", progress: { of: 3 } });
  expect(await keysBelow(`documents/${clinic}/${patient}/exp_`)).toEqual({ files: [], uploads: [] });

  await putBehindTheApi(key, pdf("document 1"));
  await tick("exports", at(5));
  expect((await read(id, 5)).status).toBe("writing");
  await tick("exports", at(7));
  expect(await read(id, 7)).toMatchObject({ status: "ready", progress: { done: 3, of: 3 } });
  const { files } = await contentOf(await fetched(id, okafor), password);
  for (const [n, document] of documents.entries())
    expect(files.get(`documents/${document}.pdf`)).toEqual(pdf(`document ${n}`));
});

it("an export that fails again and again is given up, and says so", async () => {
  const { patient, documents } = await withDocuments(1);
  const { id } = await mustExport(patient, okafor, { at: at(0) });
  await removeBehindTheApi(`documents/${clinic}/${patient}/${documents[0]}`);
  for (const minute of [1, 8, 15, 22, 29]) {
    await tick("exports", at(minute)).catch(() => undefined);
    expect((await read(id, minute)).status, `minute ${minute}`).toBe("writing");
  }
  await tick("exports", at(36));
  expect(await read(id, 36)).toMatchObject({ status: "failed", failure: "fault" });
});

/** The worker as it is deployed, with 128 MB for what it holds. */
const run = bundledWorker("exports/write");
const write = (minute: number) => run(at(minute), 128);

it("a writer who was thought dead and is not changes nothing of what another has written since", async () => {
  const patient = await newPatient({}, okafor);
  await putRecords(clinic, patient, 1500);
  const { id, password } = await mustExport(patient, okafor, { at: at(10) });
  const first = write(11);
  await expect.poll(async () => (await read(id, 11)).progress.of, { timeout: 60_000 }).toBe(1500);
  first.child.kill("SIGSTOP");
  await tick("exports", at(17));
  const written = await read(id, 17);
  expect(written.status).toBe("ready");
  first.child.kill("SIGCONT");
  expect((await first.ended).code).toBe(0);
  expect(await read(id, 18)).toEqual(written);
  expect(await keysBelow(`documents/${clinic}/${patient}/exp_`)).toEqual({
    files: [`documents/${clinic}/${patient}/${id}-2`],
    uploads: [],
  });
  expect((await contentOf(await fetched(id, okafor), password)).resources.length).toBeGreaterThan(1500);
}, 120_000);

it("a record of 5,000 entries is written without being held, also after the writer was killed in the midst of it", async () => {
  const patient = await newPatient({}, okafor);
  await putRecords(clinic, patient, 5000);
  const { id, password } = await mustExport(patient, okafor, { at: at(40) });
  const first = write(41);
  await expect.poll(async () => (await read(id, 41)).progress.of, { timeout: 60_000 }).toBe(5000);
  first.child.kill("SIGKILL");
  await first.ended;
  expect((await read(id, 41)).status).toBe("writing");

  const { code, rss } = await write(47).ended;
  expect(code).toBe(0);
  expect(await read(id, 47)).toMatchObject({ status: "ready", progress: { done: 5000, of: 5000 } });
  const { resources, html } = await contentOf(await fetched(id, okafor), password);
  const count = (type: string) => resources.filter(({ resourceType }) => resourceType === type).length;
  expect([count("Observation"), count("Composition")]).toEqual([4000, 1000]);
  expect(html.match(/<article>/g)?.length).toBeGreaterThanOrEqual(5000);
  // In KB; the worker has 1769 MB.
  expect(rss).toBeLessThan(400_000);
}, 120_000);
