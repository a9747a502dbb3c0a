import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import { api } from "../functions/api.ts";
import { workers } from "../functions/workers.ts";

const project = resolve(import.meta.dirname, "..");

/**
 * Where the SDK looks for credentials when the environment holds none. Lambda's always does, so these are left out: a
 * fifth of a bundle, and a quarter of its loading, that would never run.
 */
const otherCredentials = ["ini", "sso", "process", "web-identity", "http", "login"]
  .map((name) => `@aws-sdk/credential-provider-${name}`)
  .concat("@smithy/credential-provider-imds");

/** How code is bundled for Lambda: CommonJS, which it loads faster than ESM, with the SDK, which its own copy is slower than. */
export const bundleSettings = {
  bundle: true,
  platform: "node",
  target: "node24",
  format: "cjs",
  mainFields: ["module", "main"],
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  external: otherCredentials,
} as const satisfies BuildOptions;

/**
 * Bundles the handler of every route and worker, `functions/<handler>.ts`, into `<outdir>/<handler>/index.js` and returns `outdir` as an
 * absolute path; whatever lay there before goes. A handler that is missing or does not bundle is an error.
 *
 * One call of esbuild for all of them, since each call costs more than each file.
 */
export function bundleHandlers(outdir: string): string {
  const absolute = resolve(project, outdir);
  rmSync(absolute, { recursive: true, force: true });
  buildSync({
    ...bundleSettings,
    absWorkingDir: project,
    entryPoints: Object.fromEntries(
      [...api, ...workers].map(({ handler }) => [`${handler}/index`, `functions/${handler}.ts`]),
    ),
    outdir: absolute,
  });
  return absolute;
}
