import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { closeServer, listen } from "./listen.ts";
import { type Emulator, startEmulator } from "./s3-emulator.ts";
import { type Answer, type Asked, bucketRules, S3Refusal, xmlOf } from "./s3-rules.ts";
import { mustBeSigned } from "./s3-signature.ts";

/** A stand-in for S3 with one bucket, that of the documents. */
export interface S3 {
  endpoint: string;
  bucket: string;
  /** The KMS key that the bucket wants its files encrypted by; nothing is, on a laptop. */
  keyArn: string;
  stop(): Promise<void>;
}

const bucket = "praxis-documents";
const keyArn = "arn:aws:kms:us-east-1:000000000000:key/documents";
/** More than any request that the API signs brings. */
const heaviest = 128 * 1024 * 1024;

/**
 * Starts the stand-in: an emulator that stores what it is given and asks nobody who they are, behind a front that checks
 * each request's signature and what the signature binds, and refuses as S3 does. Its files are kept in the folder, or
 * forgotten at the end.
 */
export async function startS3(origins: readonly string[], folder?: string): Promise<S3> {
  const emulator = await startEmulator(bucket, folder);
  const server = createServer((request, response) => {
    respond(emulator, origins, request, response).catch(() => response.destroy());
  });
  const port = await listen(server, 0);
  const stop = async () => {
    await closeServer(server);
    await emulator.stop();
  };
  return { endpoint: `http://127.0.0.1:${port}`, bucket, keyArn, stop };
}

async function respond(
  emulator: Emulator,
  origins: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const cors = corsOf(request, origins);
  if (Number(request.headers["content-length"] ?? 0) > heaviest) request.resume();
  const answer = request.method === "OPTIONS" ? preflight(cors) : await answerTo(emulator, request);
  response.writeHead(answer.status, { ...answer.headers, ...cors }).end(answer.body);
}

async function answerTo(emulator: Emulator, request: IncomingMessage): Promise<Answer> {
  try {
    const asked = await askedBy(request);
    await mustBeSigned(asked, Date.now());
    return await bucketRules(asked, emulator, { bucket, keyArn });
  } catch (error) {
    if (!(error instanceof S3Refusal)) throw error;
    const body = request.method === "HEAD" ? "" : xmlOf(error);
    return { status: error.status, headers: { "content-type": "application/xml" }, body };
  }
}

async function askedBy(request: IncomingMessage): Promise<Asked> {
  const { method = "GET", url = "/" } = request;
  const [path = "/", search = ""] = url.split("?");
  const isTooLarge = Number(request.headers["content-length"] ?? 0) > heaviest;
  if (isTooLarge) throw new S3Refusal(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
  const headers = Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(",")]);
  return {
    method,
    path,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: await buffer(request),
  };
}

/** What the bucket's CORS rules answer to an origin; nothing to one that is not among those configured. */
function corsOf(request: IncomingMessage, origins: readonly string[]): Record<string, string> {
  const { origin } = request.headers;
  if (!origin || !origins.includes(origin)) return {};
  return { "access-control-allow-origin": origin, "access-control-expose-headers": "ETag", vary: "Origin" };
}

function preflight(cors: Record<string, string>): Answer {
  if (Object.keys(cors).length === 0) return { status: 403, headers: {}, body: "" };
  const allowed = { "access-control-allow-methods": "GET, PUT", "access-control-allow-headers": "*" };
  return { status: 200, headers: allowed, body: "" };
}
