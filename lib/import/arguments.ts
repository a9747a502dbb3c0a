import { parseArgs } from "node:util";

export const usage = `npm run import -- <folder> [options]

Sends a folder of FHIR R4 NDJSON files through the API. Run it again at any time: what is there already stays as it is.

  --url URL          where the API is (http://localhost:3000); also PRAXIS_URL
  --token TOKEN      an admin's access token; also PRAXIS_TOKEN. On this machine's own backend it signs in by itself
  --clinic ID        the clinic, for a user who belongs to several
  --concurrency N    requests at a time, 1 to 64 (8)
`;

export interface Arguments {
  folder: string;
  url: string;
  token: string | undefined;
  clinic: string | undefined;
  concurrency: number;
}

/** The command line. Throws an error to be shown where it does not make sense, or would send data unencrypted. */
export function argumentsOf(argv: readonly string[], environment: NodeJS.ProcessEnv): Arguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      url: { type: "string", default: environment["PRAXIS_URL"] || "http://localhost:3000" },
      token: { type: "string" },
      clinic: { type: "string" },
      concurrency: { type: "string", default: "8" },
    },
  });
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw new Error("name one folder");
  const concurrency = Number(values.concurrency);
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64)
    throw new Error("--concurrency takes 1 to 64");
  const token = values.token ?? (environment["PRAXIS_TOKEN"] || undefined);
  return { folder, url: apiAt(values.url, token), token, clinic: values.clinic, concurrency };
}

function apiAt(given: string, token: string | undefined): string {
  if (!URL.canParse(given)) throw new Error("--url takes a URL such as https://api.example.com");
  const url = new URL(given);
  const isHere = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !isHere) throw new Error("--url must begin with https:// unless it is this machine");
  if (!token && !isHere) throw new Error("a deployed API needs --token or PRAXIS_TOKEN");
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}
