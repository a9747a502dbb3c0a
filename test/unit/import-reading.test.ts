import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Line, ndjsonFiles, readNdjson } from "../../lib/import/read-ndjson.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "praxis-import-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function linesOf(content: string | Uint8Array): Promise<Line[]> {
  const file = join(folder, "some.ndjson");
  await writeFile(file, content);
  return Array.fromAsync(readNdjson(file));
}

test("each line is a resource, whatever ends it, and blank lines are none", async () => {
  const lines = await linesOf('{"resourceType":"Patient","id":"1"}\r\n\n  \n{"resourceType":"Device","id":"2"}');
  expect(lines).toEqual([
    { at: "some.ndjson:1", resource: { resourceType: "Patient", id: "1" } },
    { at: "some.ndjson:4", resource: { resourceType: "Device", id: "2" } },
  ]);
});

test("a line separator inside a text does not end the line", async () => {
  const [line, ...more] = await linesOf('{"resourceType":"Patient","note":"a\u2028b\u2029c"}\n');
  expect(line?.resource).toEqual({ resourceType: "Patient", note: "a\u2028b\u2029c" });
  expect(more).toEqual([]);
});

test("a line longer than what is read at a time arrives whole, with its letters of many bytes", async () => {
  const note = "é陳".repeat(100_000);
  const [line] = await linesOf(`${JSON.stringify({ resourceType: "Patient", note })}\n`);
  expect(line?.resource?.["note"] === note).toBe(true);
});

test("a byte order mark is not part of the first resource", async () => {
  const [line] = await linesOf('\uFEFF{"resourceType":"Patient"}\n');
  expect(line?.resource).toEqual({ resourceType: "Patient" });
});

test("what is no resource says why, and the lines after it are still read", async () => {
  const bytes = Buffer.concat([
    Buffer.from('{"resourceType":\n[1]\n{"resourceType":"no type"}\n'),
    Buffer.from([0x22, 0xff, 0x22, 0x0a]),
    Buffer.from('{"resourceType":"Patient"}\n'),
  ]);
  const lines = await linesOf(bytes);
  expect(lines.map(({ fault }) => fault)).toEqual([
    "not-json",
    "no-resource-type",
    "no-resource-type",
    "not-utf-8",
    undefined,
  ]);
});

test("a folder's NDJSON files are taken by name, and no others", async () => {
  for (const name of ["b.ndjson", "a.000.ndjson", "README.md"]) await writeFile(join(folder, name), "");
  expect(await ndjsonFiles(folder)).toEqual([join(folder, "a.000.ndjson"), join(folder, "b.ndjson")]);
});
