import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { inject } from "vitest";
import { bundleSettings } from "../../lib/bundle.ts";

const script =
  "require(process.argv[1]).handler({ time: process.argv[2] }).then(() => console.log(process.resourceUsage().maxRSS))";

/**
 * A worker of the clock bundled as it is deployed, to be run as a process of its own: a test can end or halt it in the midst
 * of its work, give it little memory (in MB, for what it holds), and see how much it took in all (in KB).
 */
export function bundledWorker(handler: string) {
  const outfile = join(mkdtempSync(join(tmpdir(), "praxis-worker-")), "index.js");
  buildSync({ ...bundleSettings, entryPoints: [`functions/${handler}.ts`], outfile });
  return (time: string, heap: number) => {
    const nobody = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local", LOG: "none" };
    const child = spawn(process.execPath, [`--max-old-space-size=${heap}`, "-e", script, outfile, time], {
      env: { ...process.env, ...inject("backend").env, ...nobody },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let told = "";
    child.stdout.on("data", (text) => (told += String(text)));
    return { child, ended: once(child, "exit").then(([code]) => ({ code: code as number | null, rss: Number(told) })) };
  };
}
