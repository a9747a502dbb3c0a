import { execFile } from "node:child_process";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openapi } from "../../lib/openapi.ts";

const run = promisify(execFile);
const command = (...args: string[]) => run(process.execPath, ["bin/openapi.ts", ...args]);

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "praxis-openapi-"));
  file = join(folder, "openapi.json");
  await command(file);
});

afterAll(() => rm(folder, { recursive: true }));

test("the command writes the document of the contract", async () => {
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(openapi())));
});

test("what it writes is OpenAPI to redocly's strictest rules", async () => {
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  const { stdout } = await run("node_modules/.bin/redocly", ["lint", file, "--format=json"], { env });
  expect(JSON.parse(stdout)).toMatchObject({ totals: { errors: 0, warnings: 0 } });
});

test("--check passes while the file is what the contract says, and fails once it is not", async () => {
  await expect(command("--check", file)).resolves.toMatchObject({ stderr: "" });
  await appendFile(file, "\n");
  await expect(command("--check", file)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(file) as string,
  });
  expect((await readFile(file, "utf8")).endsWith("\n\n")).toBe(true);
});

test("--check fails where there is no file", async () => {
  await expect(command("--check", join(folder, "none.json"))).rejects.toMatchObject({ code: 1 });
});
