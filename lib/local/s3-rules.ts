import { createHash } from "node:crypto";
import type { Emulator } from "./s3-emulator.ts";

/** A request to S3, as it came in. */
export interface Asked {
  method: string;
  /** As on the wire, percent-encoded. */
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: Buffer;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string;
}

/** An error as S3 answers it; the name is its code. */
export class S3Refusal extends Error {
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = code;
    this.status = status;
  }
}

export function xmlOf({ name, message }: S3Refusal): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${name}</Code><Message>${message}</Message></Error>`;
}

/**
 * What the emulator does not know of S3 and of the bucket's own rules: checksums that are compared with the bytes, the
 * encryption that the bucket policy demands, If-None-Match, tags, versions (here every file has one), the headers an
 * address asks to be answered with.
 */
export async function bucketRules(
  asked: Asked,
  emulator: Emulator,
  { bucket, keyArn }: { bucket: string; keyArn: string },
): Promise<Answer> {
  const { method, path, query } = asked;
  if (path.split("/")[1] !== bucket) throw new S3Refusal(404, "NoSuchBucket", "The specified bucket does not exist");
  mustBeWhole(asked);
  const isNewFile = (method === "PUT" && !("partNumber" in query)) || (method === "POST" && "uploads" in query);
  if ("tagging" in query) return tagless(asked, emulator);
  if (method === "GET" && "uploads" in query) return emulator.uploadsBelow(query["prefix"] ?? "");
  if (method === "GET" && "versions" in query) return asVersions(await emulator.ask(listing(asked)));
  if (isNewFile) mustBeEncrypted(asked, keyArn);
  if (asked.headers["if-none-match"] === "*" && (await isThere(path, emulator))) {
    const message = "At least one of the pre-conditions you specified did not hold";
    throw new S3Refusal(412, "PreconditionFailed", message);
  }
  return withAskedHeaders(asked, await emulator.ask(asked));
}

/** The bytes must be those that the signed headers name. */
function mustBeWhole({ headers, body }: Asked): void {
  const hash = createHash("sha256").update(body);
  const checksum = headers["x-amz-checksum-sha256"];
  if (checksum !== undefined && hash.copy().digest("base64") !== checksum) {
    throw new S3Refusal(400, "BadDigest", "The SHA256 you specified did not match the calculated checksum.");
  }
  const payload = headers["x-amz-content-sha256"] ?? "";
  if (/^[0-9a-f]{64}$/.test(payload) && hash.digest("hex") !== payload) {
    throw new S3Refusal(400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match.");
  }
}

/** As the bucket's policy says: who says nothing of encryption gets the bucket's, and who does must say this. */
function mustBeEncrypted({ headers }: Asked, keyArn: string): void {
  const said = headers["x-amz-server-side-encryption"];
  const isOurs = said === "aws:kms" && headers["x-amz-server-side-encryption-aws-kms-key-id"] === keyArn;
  if (said === undefined || isOurs) return;
  throw new S3Refusal(403, "AccessDenied", "Access Denied");
}

async function isThere(path: string, emulator: Emulator): Promise<boolean> {
  const { status } = await emulator.ask({ method: "HEAD", path, query: {}, headers: {}, body: Buffer.alloc(0) });
  return status === 200;
}

/** Tags are what the lifecycle of a bucket goes by, and a laptop's has none. */
async function tagless({ method, path }: Asked, emulator: Emulator): Promise<Answer> {
  if (!(await isThere(path, emulator))) throw new S3Refusal(404, "NoSuchKey", "The specified key does not exist.");
  return { status: method === "DELETE" ? 204 : 200, headers: {}, body: "" };
}

function listing(asked: Asked): Asked {
  const { versions: _, ...query } = asked.query;
  return { ...asked, query: { ...query, "list-type": "2" } };
}

function asVersions(answer: Answer): Answer {
  const xml = String(answer.body)
    .replaceAll("ListBucketResult", "ListVersionsResult")
    .replaceAll("<Contents>", "<Version><IsLatest>true</IsLatest>")
    .replaceAll("</Contents>", "</Version>");
  const { "content-length": _, ...headers } = answer.headers;
  return { ...answer, headers, body: xml };
}

const asked = { "response-content-type": "content-type", "response-content-disposition": "content-disposition" };

function withAskedHeaders({ query }: Asked, answer: Answer): Answer {
  const headers = Object.entries(asked).flatMap(([name, header]) => {
    const value = query[name];
    return value !== undefined && answer.status < 300 ? [[header, value]] : [];
  });
  return { ...answer, headers: { ...answer.headers, ...Object.fromEntries(headers) } };
}
