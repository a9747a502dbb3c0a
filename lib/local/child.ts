import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { CannotStart } from "./cannot-start.ts";

/** A server that runs as a process of its own, on 127.0.0.1. */
export interface Child {
  name: string;
  pid: number;
  endpoint: string;
  /** Resolves when the process is gone, for whatever reason. */
  ended: Promise<unknown>;
  /** Asks the process to end, and ends it after five seconds. */
  stop(): Promise<void>;
}

const patience = 60_000;

export interface Program {
  /** What it is called in messages. */
  name: string;
  command: string;
  args: readonly string[];
  cwd: string;
  env?: NodeJS.ProcessEnv;
}

/**
 * Starts a program that prints its port as its first line and ends when its standard input closes. The operating
 * system closes that pipe when this process ends in any way, `kill -9` included, so no child outlives its parent.
 * @throws CannotStart if the program ends, or a minute passes, before it has said its port
 */
export async function startChild({ name, command, args, cwd, env }: Program): Promise<Child> {
  // In a process group of its own a child is spared the terminal's Ctrl-C: it ends when its users have.
  const child = spawn(command, args, { cwd, env, stdio: "pipe", detached: true });
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.stdin.on("error", () => undefined);
  const complaint = lastLineOf(child);
  const tooLate = setTimeout(patience, undefined, { ref: false });
  const port = await Promise.race([firstLineOf(child.stdout), ended.then(() => undefined), tooLate]);
  if (port === undefined || child.pid === undefined || !/^\d+$/.test(port)) {
    child.kill("SIGKILL");
    throw new CannotStart(`${name} did not start: ${port ?? complaint() ?? "it said nothing"}`);
  }
  return { name, pid: child.pid, endpoint: `http://127.0.0.1:${port}`, ended, stop: () => stop(child, ended) };
}

async function firstLineOf(output: Readable): Promise<string> {
  // Goes on reading what follows, lest the child wait for room in the pipe.
  const [line] = (await once(createInterface(output), "line")) as [string];
  return line;
}

/** Gathers what a child writes to its standard error, or why it could not be run at all; gives the last line of it. */
function lastLineOf(child: ChildProcessWithoutNullStreams): () => string | undefined {
  let text = "";
  child.stderr.on("data", (piece: Buffer) => {
    text = (text + piece.toString()).slice(-2000);
  });
  child.once("error", (error) => {
    text += error.message;
  });
  return () => text.trim().split("\n").at(-1) || undefined;
}

async function stop(child: ChildProcessWithoutNullStreams, ended: Promise<unknown>): Promise<void> {
  child.stdin.end();
  await Promise.race([ended, setTimeout(5000, undefined, { ref: false })]);
  child.kill("SIGKILL");
  await ended;
}
