import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { closeServer, listen } from "./listen.ts";

/**
 * A stand-in for the one bucket under Object Lock: an object is put once, read and listed; nothing can replace or
 * delete it by this door. Signatures are not checked.
 */
export interface Archive {
  endpoint: string;
  bucket: string;
  /** While on, every call is answered 500, as when S3 is down. */
  fail(on: boolean): void;
  stop(): Promise<void>;
}

const bucket = "praxis-audit";

/** Starts it over a folder, in which each object is a file. */
export async function startArchive(folder: string): Promise<Archive> {
  await mkdir(folder, { recursive: true });
  let failing = false;
  const server = createServer((request, response) => {
    if (failing) refuse(response, 500, "InternalError");
    else answer(folder, request, response).catch(() => refuse(response, 500, "InternalError"));
  });
  const port = await listen(server, 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    fail: (on) => {
      failing = on;
    },
    stop: () => closeServer(server),
  };
}

async function answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://127.0.0.1");
  const [, its, ...rest] = pathname.split("/").map(decodeURIComponent);
  const key = rest.join("/");
  if (its !== bucket || rest.includes("..")) return refuse(response, 404, "NoSuchBucket");
  if (request.method === "PUT" && key) return put(join(folder, key), request, response);
  if (request.method !== "GET") return refuse(response, 403, "AccessDenied");
  if (!key) return list(folder, searchParams, response);
  const found = await readFile(join(folder, key)).catch(() => undefined);
  if (!found) return refuse(response, 404, "NoSuchKey");
  response.writeHead(200, { "content-type": "application/x-ndjson", "x-amz-request-id": randomUUID() }).end(found);
}

async function put(file: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  const asked = request.headers["x-amz-checksum-sha256"];
  const checksum = createHash("sha256").update(body).digest("base64");
  // S3 asks for a checksum of whatever it is to lock.
  if (asked !== checksum) return refuse(response, 400, asked ? "BadDigest" : "InvalidRequest");
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, body, { flag: "wx" });
    response.writeHead(200, { etag: `"${randomUUID()}"`, "x-amz-request-id": randomUUID() }).end();
  } catch {
    refuse(response, 412, "PreconditionFailed");
  }
}

async function list(folder: string, asked: URLSearchParams, response: ServerResponse): Promise<void> {
  const prefix = asked.get("prefix") ?? "";
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const after = asked.get("continuation-token") ?? asked.get("start-after") ?? "";
  const keys = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((key) => key.startsWith(prefix) && key > after)
    .sort();
  const page = keys.slice(0, 1000);
  const next = keys.length > page.length ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
  const listed = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join("");
  response.writeHead(200, { "content-type": "application/xml" });
  response.end(`<ListBucketResult><IsTruncated>${Boolean(next)}</IsTruncated>${next}${listed}</ListBucketResult>`);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/xml", "x-amz-request-id": randomUUID() });
  response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
