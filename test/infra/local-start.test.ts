import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { demoPassword } from "../../lib/local/demo.ts";
import { findRunning, type Running } from "../../lib/local/running.ts";

let folder: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "praxis-start-"));
});

afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
  return rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

interface Ran {
  child: ChildProcess;
  /** How it ended, and all that it wrote. */
  done: Promise<{ code: number | null; out: string; err: string }>;
}

/** Runs one of the commands as `npm run` would, with a state folder of the test's own. */
function run(command: string, args: string[], env: NodeJS.ProcessEnv): Ran {
  const own = { PORT: "0", JAVA_HOME: "", DYNAMODB_ENDPOINT: "", ...env };
  const child = spawn(process.execPath, [`bin/${command}.ts`, ...args], { env: { ...process.env, ...own } });
  started.push(child);
  const ended = once(child, "close");
  const done = Promise.all([ended, text(child.stdout), text(child.stderr)]).then(([[code], out, err]) => ({
    code: code as number | null,
    out,
    err,
  }));
  return { child, done };
}

/** Starts the backend and waits until it says that it is up. */
async function start(state: string): Promise<Ran & { running: NonNullable<Running["up"]> }> {
  const ran = run("local", [], { PRAXIS_STATE: state });
  const up = once(ran.child, "praxis-up");
  let said = "";
  ran.child.stdout?.on("data", (piece: Buffer) => {
    said += piece.toString();
    if (said.includes("Ctrl-C stops it")) ran.child.emit("praxis-up");
  });
  const failed = await Promise.race([up.then(() => undefined), ran.done]);
  const running = (await findRunning(state))?.up;
  if (failed || !running) throw new Error(`did not start: ${failed?.err}`);
  return { ...ran, running };
}

function isAlive(pid: number): boolean {
  try {
    // A process that has ended but was not yet asked about by its parent is listed as a zombie.
    return !execFileSync("ps", ["-o", "stat=", "-p", String(pid)])
      .toString()
      .trim()
      .startsWith("Z");
  } catch {
    return false;
  }
}

const noneAlive = (pids: readonly number[]) =>
  vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), { timeout: 5000, interval: 50 });

describe("what keeps the backend from starting is said in one line", () => {
  const lineOf = async (env: NodeJS.ProcessEnv, args: string[] = []) => {
    const { code, out, err } = await run("local", args, { PRAXIS_STATE: join(folder, "refused"), ...env }).done;
    expect({ code, out, lines: err.trimEnd().split("\n").length }).toEqual({ code: 1, out: "", lines: 1 });
    return err;
  };

  /** A folder whose `java` says what a Java of that kind says. */
  async function javaThatSays(name: string, version: string): Promise<string> {
    const path = join(folder, name);
    await mkdir(path);
    await writeFile(join(path, "java"), `#!/bin/sh\necho '${version}' >&2\n`);
    await chmod(join(path, "java"), 0o755);
    return path;
  }

  test("a missing Java, with how to get one", async () => {
    await mkdir(join(folder, "empty"));
    const line = await lineOf({ PATH: join(folder, "empty") });
    expect(line).toContain("needs Java 17 or newer for DynamoDB Local, and found no Java.");
    expect(line).toContain("apt install openjdk-17-jre-headless");
    expect(line).toContain("brew install openjdk@17");
    expect(line).toContain("DYNAMODB_ENDPOINT");
  });

  test.each([
    ["11", 'openjdk version "11.0.22" 2024-01-16'],
    ["8", 'java version "1.8.0_392"'],
  ])("a Java %s, with what is needed", async (found, version) => {
    expect(await lineOf({ PATH: await javaThatSays(`java-${found}`, version) })).toContain(`and found Java ${found}.`);
  });

  test("a Java that only says it is not there, as macOS has one", async () => {
    const path = await javaThatSays("no-java", "Unable to locate a Java Runtime.");
    expect(await lineOf({ PATH: path })).toContain("found no Java.");
  });

  test("a busy port, with how to choose another", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    expect(await lineOf({ PORT: String(port) })).toBe(
      `Port ${port} is taken by another program. Stop that, or choose one: PORT=${port + 1} npm start\n`,
    );
  });

  test("a port that is none, and an option that is none", async () => {
    expect(await lineOf({ PORT: "http" })).toBe("PORT takes 1 to 65535, not http\n");
    expect(await lineOf({}, ["--clean"])).toContain("--fresh");
  });

  test("nothing to sign in to", async () => {
    const { code, out, err } = await run("token", ["desk@demo.clinic"], { PRAXIS_STATE: join(folder, "none") }).done;
    expect([code, out, err]).toEqual([1, "", "Praxis is not running here: start it with npm start\n"]);
  });
});

describe("a running backend", () => {
  let state: string;
  let first: Awaited<ReturnType<typeof start>>;
  let token: string;

  beforeAll(async () => {
    state = join(folder, "state");
    first = await start(state);
    token = (await tokenFor("desk@demo.clinic")).out;
  });

  const tokenFor = (user: string, ...password: string[]) =>
    run("token", [user, ...password], { PRAXIS_STATE: state }).done;
  const subOf = (jwt: string) => (JSON.parse(atob(jwt.split(".")[1] ?? "")) as { sub: string }).sub;

  test("gives a user a token that it accepts, and prints nothing else", async () => {
    const me = await fetch(`${first.running.url}/v1/me`, { headers: { authorization: `Bearer ${token.trim()}` } });
    expect(await me.json()).toMatchObject({ memberships: [{ role: "front-desk" }] });
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  test("gives none for a wrong password", async () => {
    const err = "desk@demo.clinic cannot sign in: no such user, or another password\n";
    expect(await tokenFor("desk@demo.clinic", "wrong")).toEqual({ code: 1, out: "", err });
  });

  test("lets no other use its state", async () => {
    const { code, out, err } = await run("local", [], { PRAXIS_STATE: state }).done;
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^Another Praxis \(process \d+\) is running on .+\. Stop it, or .+\n$/);
  });

  test("killed hard, leaves no child; started again, it knows its users; stopped, it leaves nothing", async () => {
    expect(first.running.children.map(isAlive)).toEqual([true, true]);
    first.child.kill("SIGKILL");
    await noneAlive(first.running.children);

    const again = await start(state);
    expect(subOf((await tokenFor("desk@demo.clinic", demoPassword)).out)).toBe(subOf(token));

    again.child.kill("SIGTERM");
    expect((await again.done).code).toBe(0);
    await noneAlive(again.running.children);
    await expect(readFile(join(state, "running.json"))).rejects.toThrow("ENOENT");
  });
});
