import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { inject } from "vitest";

const nobody = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };

/** What works on keys behind the API, as its own code, on the test's backend. The stores read the environment as they are loaded. */
export async function keyWork() {
  Object.assign(process.env, inject("backend").env, nobody);
  const rotation = await import("../../lib/keys/rotation.ts");
  const { count, named } = await import("../../lib/keys/count.ts");
  /** How many rows name a key; undefined where there is no such key (any more). */
  const naming = async (clinic: string, kind: "SEAL" | "INDEX", number: number) =>
    (await count()).get(named(clinic, kind, number));
  return { ...rotation, naming };
}

const environment = () => ({ PATH: process.env["PATH"], ...nobody, ...inject("backend").env });

/** Runs `npm run keys` with these words and gives what it printed. */
export async function keysCommand(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["bin/keys.ts", ...words], { env: environment() });
  return stdout;
}

/** Runs the command and kills it (`kill -9`) as soon as it prints such a line. Gives whether it came to that. */
export async function killedAt(beginning: RegExp, ...words: string[]): Promise<boolean> {
  const child = spawn(process.execPath, ["bin/keys.ts", ...words], {
    env: environment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  for await (const line of createInterface({ input: child.stdout })) {
    if (beginning.test(line)) child.kill("SIGKILL");
  }
  const [, signal] = await closed;
  return signal === "SIGKILL";
}
