import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { CannotStart } from "./cannot-start.ts";
import type { PoolAddress } from "./users.ts";

/** What `running.json` in the state folder says of the backend that uses the folder. */
export interface Running {
  pid: number;
  /** A port of 127.0.0.1 at which that backend says its nonce for as long as it lives. */
  lock: number;
  nonce: string;
  /** Absent until it is up. */
  up?: PoolAddress & { url: string; dynamodbEndpoint: string; env: Record<string, string>; children: number[] };
}

/** The right to use a state folder, until it is released or this process ends. */
export interface Claim {
  announce(up: NonNullable<Running["up"]>): Promise<void>;
  release(): Promise<void>;
}

const fileIn = (folder: string) => join(folder, "running.json");

/**
 * Claims a state folder for this process. Whether the last to claim it still lives is asked of its port: a process id
 * can belong to another by now, but nobody else knows the nonce.
 * @throws CannotStart if another backend uses the folder
 */
export async function claim(folder: string): Promise<Claim> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const other = await findRunning(folder);
  if (other) throw inUse(folder, other);
  const nonce = randomUUID();
  const lock = createServer((socket) => socket.on("error", () => undefined).end(nonce));
  lock.listen(0, "127.0.0.1");
  await once(lock, "listening");
  lock.unref();
  const running: Running = { pid: process.pid, lock: (lock.address() as AddressInfo).port, nonce };
  await rm(fileIn(folder), { force: true });
  const own = `${fileIn(folder)}.${process.pid}`;
  await writeFile(own, JSON.stringify(running), { mode: 0o600 });
  try {
    // Unlike a rename, a link fails where another has just been quicker.
    await link(own, fileIn(folder));
  } catch {
    lock.close();
    throw inUse(folder, { pid: 0 });
  } finally {
    await rm(own);
  }
  return claimOf(folder, running, lock);
}

function claimOf(folder: string, running: Running, lock: Server): Claim {
  return {
    announce: async (up) => {
      await writeFile(`${fileIn(folder)}.new`, `${JSON.stringify({ ...running, up }, null, 2)}\n`, { mode: 0o600 });
      await rename(`${fileIn(folder)}.new`, fileIn(folder));
    },
    release: async () => {
      await rm(fileIn(folder), { force: true });
      lock.close();
    },
  };
}

function inUse(folder: string, { pid }: Pick<Running, "pid">): CannotStart {
  const who = pid ? `Another Praxis (process ${pid})` : "Another Praxis";
  return new CannotStart(`${who} is running on ${folder}. Stop it, or give this one a folder: PRAXIS_STATE=<folder>`);
}

/** The backend that uses a state folder now; undefined if none does, whatever a killed one has left there. */
export async function findRunning(folder: string): Promise<Running | undefined> {
  const written = await readFile(fileIn(folder), "utf8").catch(() => undefined);
  if (!written) return undefined;
  const running = JSON.parse(written) as Running;
  return (await nonceAt(running.lock)) === running.nonce ? running : undefined;
}

async function nonceAt(port: number): Promise<string | undefined> {
  const socket = connect(port, "127.0.0.1").setTimeout(1000, () => socket.destroy());
  return text(socket).catch(() => undefined);
}

/** Removes what a claimed folder holds, the claim itself left out. */
export async function empty(folder: string): Promise<void> {
  const entries = await readdir(folder);
  const rest = entries.filter((entry) => entry !== "running.json");
  await Promise.all(rest.map((entry) => rm(join(folder, entry), { recursive: true, force: true })));
}
