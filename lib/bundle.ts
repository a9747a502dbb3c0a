import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { buildSync } from "esbuild";
import { api } from "../functions/api.ts";

const project = resolve(import.meta.dirname, "..");

/**
 * Bundles every route's handler, `functions/<handler>.ts`, into `<outdir>/<handler>/index.js` and returns `outdir` as an
 * absolute path; whatever lay there before goes. A handler that is missing or does not bundle is an error.
 *
 * One call of esbuild for all of them, since each call costs more than each file. CommonJS, since Lambda loads it faster
 * than ESM; the AWS SDK is taken along, since the runtime's own copy loads slower and changes without notice.
 */
export function bundleHandlers(outdir: string): string {
  const absolute = resolve(project, outdir);
  rmSync(absolute, { recursive: true, force: true });
  buildSync({
    absWorkingDir: project,
    entryPoints: Object.fromEntries(api.map(({ handler }) => [`${handler}/index`, `functions/${handler}.ts`])),
    outdir: absolute,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    mainFields: ["module", "main"],
    minify: true,
    legalComments: "none",
    logLevel: "warning",
  });
  return absolute;
}
