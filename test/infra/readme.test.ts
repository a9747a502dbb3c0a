import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seed } from "../../bin/seed.ts";
import { type Backend, startBackend } from "../../lib/local/backend.ts";
import { firstSession } from "../support/readme.ts";

const steps = firstSession();
const mark = "=== next step ===";
let stateDir: string;
let backend: Backend;
let printed: string[];

/** Runs the session as a reader would, line by line in one bash, but for where the API listens. */
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "praxis-readme-"));
  backend = await startBackend({ stateDir, port: 0, quiet: true });
  await seed(backend);
  const script = steps.map(({ commands }) => `${commands}\necho "${mark}"`).join("\n");
  const shell = spawn("bash", ["-c", script.replaceAll("http://localhost:3000", backend.url)], {
    env: { ...process.env, PRAXIS_STATE: stateDir, PRAXIS_URL: backend.url },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output] = await Promise.all([text(shell.stdout), once(shell, "close")]);
  printed = output.split(`${mark}\n`);
});

afterAll(async () => {
  await backend.stop();
  await rm(stateDir, { recursive: true, force: true });
});

/** What differs from run to run: ids, instants of writing, progress. */
function settled(output: string): string {
  return output
    .replaceAll(/^\d+ (of \d+|to send)\n/gm, "")
    .replaceAll(/\b(pat|prc|svc|apt|rec)_[0-9A-Za-z]{22}/g, "$1_")
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "uuid")
    .replaceAll(/"(createdAt|updatedAt)":"[^"]+"/g, '"$1":""')
    .trim();
}

describe("the README's first session", () => {
  it("has a step for each thing a clinic does on a visit", () => {
    expect(steps).toHaveLength(7);
  });

  it.each(steps.map((step, place) => ({ place, ...step })))(
    "prints at step $place what it says",
    ({ place, output }) => {
      expect(settled(printed[place] ?? "")).toBe(settled(output));
    },
  );
});
