import { timingSafeEqual } from "node:crypto";
import { S3Client } from "@aws-sdk/client-s3";
import { S3RequestPresigner } from "@aws-sdk/s3-request-presigner";
import { type Asked, S3Refusal } from "./s3-rules.ts";

/*
 * Whether a request is signed (AWS Signature Version 4), in its address or in its Authorization header: it is signed anew,
 * by the SDK's own signer, and the two signatures are compared.
 */

const [scheme, region, service] = ["AWS4-HMAC-SHA256", "us-east-1", "s3"];
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const { config } = new S3Client({ region, credentials });
const presigner = new S3RequestPresigner(config);

/** For how long an address is good at most, by the rules of the bucket, in milliseconds. */
const oldest = 15 * 60_000;

/** Refuses (403) what is not signed, not by the laptop's credentials, not so, or no longer. `now`: milliseconds since 1970. */
export async function mustBeSigned(asked: Asked, now: number): Promise<void> {
  const isInAddress = "X-Amz-Signature" in asked.query;
  const written = isInAddress ? inAddress(asked) : inHeader(asked);
  if (!written || written.credential.split("/")[0] !== credentials.accessKeyId) throw denied("Access Denied");
  const date = Date.parse(written.date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(date)) throw denied("X-Amz-Date must be in the ISO8601 Long Format");
  if (date > now + oldest) throw denied("Request is not valid yet");
  const signature = isInAddress ? await signAddress(asked, written, date) : await signHeader(asked, written, date);
  if (!isSame(signature, written.signature)) {
    const message = "The request signature we calculated does not match the signature you provided.";
    throw new S3Refusal(403, "SignatureDoesNotMatch", message);
  }
  if (now > date + written.seconds * 1000) throw denied("Request has expired");
  if (now > date + oldest) throw denied("Access Denied");
  const unsigned = Object.keys(asked.headers).filter((name) => name.startsWith("x-amz-") && !written.names.has(name));
  if (unsigned.length > 0) throw denied("There were headers present in the request which were not signed");
}

const denied = (message: string) => new S3Refusal(403, "AccessDenied", message);

/** What a signature says of itself. */
interface Written {
  credential: string;
  date: string;
  /** For how long it is good. */
  seconds: number;
  /** The headers that it binds. */
  names: Set<string>;
  signature: string;
}

function inAddress({ query }: Asked): Written | undefined {
  if (query["X-Amz-Algorithm"] !== scheme) return undefined;
  return {
    credential: query["X-Amz-Credential"] ?? "",
    date: query["X-Amz-Date"] ?? "",
    seconds: Math.min(Number(query["X-Amz-Expires"]), 604_800),
    names: new Set(query["X-Amz-SignedHeaders"]?.split(";")),
    signature: query["X-Amz-Signature"] ?? "",
  };
}

const authorization = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]+)$/;

function inHeader({ headers }: Asked): Written | undefined {
  const [, credential = "", names = "", signature = ""] = authorization.exec(headers["authorization"] ?? "") ?? [];
  if (!credential) return undefined;
  return {
    credential,
    date: headers["x-amz-date"] ?? "",
    seconds: oldest / 1000,
    names: new Set(names.split(";")),
    signature,
  };
}

async function signAddress(asked: Asked, { names, seconds }: Written, date: number): Promise<string> {
  const ours = ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"];
  const query = Object.entries(asked.query).filter(([name]) => !ours.some((each) => name === `X-Amz-${each}`));
  const options = { ...signing(names, date), unhoistableHeaders: names, expiresIn: seconds };
  const signed = await presigner.presign(bare(asked, names, Object.fromEntries(query)), options);
  // The presigner writes the payload's hash itself, whatever the address said.
  const isAsWritten = asked.query["X-Amz-Content-Sha256"] === signed.query?.["X-Amz-Content-Sha256"];
  return isAsWritten ? String(signed.query?.["X-Amz-Signature"]) : "";
}

async function signHeader(asked: Asked, { names }: Written, date: number): Promise<string> {
  const signer = await config.signer({ name: "sigv4", signingName: service, signingRegion: region, properties: {} });
  const signed = await signer.sign(bare(asked, names, asked.query), signing(names, date));
  return /Signature=(\w+)/.exec(signed.headers["authorization"] ?? "")?.[1] ?? "";
}

function signing(names: Set<string>, date: number) {
  return {
    signingDate: new Date(date),
    signableHeaders: names,
    signingRegion: region,
    signingService: service,
  };
}

/** The request as far as it is signed. */
function bare({ method, path, headers }: Asked, names: Set<string>, query: Record<string, string>) {
  const signed = [...names].map((name) => [name, headers[name] ?? ""]);
  return { method, protocol: "http:", hostname: "127.0.0.1", path, query, headers: Object.fromEntries(signed) };
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
