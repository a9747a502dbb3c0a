import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { api } from "../functions/api.ts";
import type { Env } from "../functions/kernel/env.ts";
import { bundleHandlers, bundleSettings } from "../lib/bundle.ts";
import { median } from "./pace.ts";
import { columns, type Finding, type Size, type Verdict } from "./report.ts";

/** A handler's bundle, how long it took to load in each round, and by how much longer than the base of that round. */
interface Loaded {
  handler: string;
  bytes: number;
  ms: number[];
  ratios: number[];
}

/** Bundle size and load time of every handler, against those of the DynamoDB client alone. */
export async function load({ loads }: Size): Promise<Finding> {
  const folder = await mkdtemp(join(tmpdir(), "praxis-bench-"));
  try {
    const base = bundleBase(folder, "base", { external: [] });
    const trimmed = { file: bundleBase(folder, "trimmed", bundleSettings), ms: [] as number[], ratios: [] as number[] };
    bundleHandlers(join(folder, "handlers"));
    const fileOf = (handler: string) => join(folder, "handlers", handler, "index.js");
    const loaded: Loaded[] = [];
    for (const { handler } of api)
      loaded.push({ handler, bytes: (await stat(fileOf(handler))).size, ms: [], ratios: [] });
    const baseMs: number[] = [];
    // The first round brings the files into memory and is not counted.
    for (let round = 0; round <= loads; round++) {
      const [times, baseTimes]: [number[], number[]] = [[], []];
      for (const [place, { handler }] of loaded.entries()) {
        if (place % 2 === 0) baseTimes.push(await loadTime(base));
        times.push(await loadTime(fileOf(handler)));
      }
      const trimmedMs = await loadTime(trimmed.file);
      if (round === 0) continue;
      trimmed.ms.push(trimmedMs);
      trimmed.ratios.push(trimmedMs / median(baseTimes));
      baseMs.push(...baseTimes);
      for (const [place, ms] of times.entries()) {
        loaded[place]?.ms.push(ms);
        loaded[place]?.ratios.push(ms / median(baseTimes));
      }
    }
    const alike = { handler: "the same, bundled as handlers are", bytes: (await stat(trimmed.file)).size, ...trimmed };
    return found(loaded, alike, { bytes: (await stat(base)).size, ms: baseMs });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What every handler that reads or writes cannot do without: the client and the commands that are in use. */
const baseline = `
  import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
  import { BatchGetCommand, BatchWriteCommand, DynamoDBDocumentClient, GetCommand, QueryCommand, TransactWriteCommand }
    from "@aws-sdk/lib-dynamodb";
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 4 }));
  const commands = { BatchGetCommand, BatchWriteCommand, GetCommand, QueryCommand, TransactWriteCommand };
  export const handler = (name, input) => client.send(new commands[name](input));
`;

/** Bundles the base as the handlers are, or whole: with the parts of the SDK that Lambda never runs. */
function bundleBase(
  folder: string,
  name: string,
  parts: Pick<typeof bundleSettings, "external"> | { external: [] },
): string {
  const outfile = join(folder, `${name}.js`);
  const stdin = { contents: baseline, resolveDir: resolve(import.meta.dirname, ".."), loader: "ts" as const };
  buildSync({ ...bundleSettings, ...parts, external: [...parts.external], stdin, outfile });
  return outfile;
}

/** All that a function finds in its environment; nothing is reached while it loads. */
const settings: Env & Record<string, string> = {
  CLINIC_TABLE: "clinic",
  KEYS_TABLE: "keys",
  AUDIT_TABLE: "audit",
  KMS_KEY: "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-4000-8000-000000000000",
  USER_POOL_ID: "us-east-1_aaaaaaaaa",
  USER_POOL_CLIENT_ID: "aaaaaaaaaaaaaaaaaaaaaaaaaa",
  ORIGINS: "https://clinic.example",
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "nobody",
  AWS_SECRET_ACCESS_KEY: "nobody",
};

const clocked = `
  const started = performance.now();
  const { handler } = require(process.argv[1]);
  const ms = performance.now() - started;
  if (typeof handler !== "function") throw new Error("no handler");
  console.log(ms);
`;

/** How long a bundle takes to load in a process of its own, in milliseconds, the process's own start left out. */
async function loadTime(file: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", clocked, file], { env: settings });
  return Number(stdout);
}

function found(loaded: readonly Loaded[], alike: Loaded, base: { bytes: number; ms: number[] }): Finding {
  const ratioOf = ({ ratios }: Loaded) => median(ratios);
  const sorted = loaded.toSorted((a, b) => ratioOf(b) - ratioOf(a));
  const rows = [
    ["the DynamoDB client alone", kbOf(base.bytes), median(base.ms).toFixed(1), "1.00"],
    ...[alike, ...sorted].map((each) => [
      each.handler,
      kbOf(each.bytes),
      median(each.ms).toFixed(1),
      ratioOf(each).toFixed(2),
    ]),
  ];
  const slowest = sorted[0] as Loaded;
  const largest = loaded.toSorted((a, b) => b.bytes - a.bytes)[0] as Loaded;
  const verdicts: Verdict[] = [
    {
      aim: "a handler loads in at most 1.4 times the DynamoDB client's time",
      seen: `${ratioOf(slowest).toFixed(2)} (${slowest.handler})`,
      holds: ratioOf(slowest) <= 1.4,
    },
    {
      aim: "no bundle is over 600 KB",
      seen: `${kbOf(largest.bytes)} KB (${largest.handler})`,
      holds: largest.bytes <= 600 * 1024,
    },
  ];
  const title = `Loading a handler (${slowest.ms.length} fresh processes each, ${base.ms.length} of the base among them)`;
  return { title, text: columns(["bundle", "KB", "load ms", "ratio"], rows), raw: { base, loaded }, verdicts };
}

function kbOf(bytes: number): string {
  return (bytes / 1024).toFixed(0);
}
