import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { routes as system } from "../../functions/system/routes.ts";

export interface Page {
  headers: Record<string, string>;
  body: string | Buffer;
}

/** Scalar's API reference, with all of it that would ask another host switched off. */
const settings = {
  url: system.openapi.path,
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: "never",
};

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Praxis API reference</title>
    <link rel="icon" href="data:," />
  </head>
  <body>
    <div id="reference"></div>
    <script src="/docs/scalar.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

/** Only this host may be asked, by whatever script. Scalar sets styles from its script, hence their exception. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const files: Record<string, { type: string; body: () => Promise<string | Buffer> } | undefined> = {
  "/docs": { type: "text/html", body: async () => html },
  "/docs/start.js": {
    type: "text/javascript",
    body: async () => `Scalar.createApiReference("#reference", ${JSON.stringify(settings)});\n`,
  },
  "/docs/scalar.js": { type: "text/javascript", body: () => readFile(scalar()) },
};

/** One of the files that make up the API reference page; undefined for any other path. */
export async function docsFile(path: string): Promise<Page | undefined> {
  const file = files[path];
  if (!file) return undefined;
  const headers = {
    "content-type": `${file.type}; charset=utf-8`,
    "content-security-policy": policy,
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  };
  return { headers, body: await file.body() };
}

/** Scalar's bundle for browsers, beside the module that its package exports. */
function scalar(): string {
  const main = createRequire(import.meta.url).resolve("@scalar/api-reference");
  return join(dirname(main), "browser", "standalone.js");
}
