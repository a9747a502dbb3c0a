import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type S3, startS3 } from "../../lib/local/s3.ts";

const origin = "https://desk.example.org";
const local = { accessKeyId: "local", secretAccessKey: "local" };
let s3: S3;
let client: S3Client;

beforeAll(async () => {
  s3 = await startS3([origin]);
  client = clientOf(s3);
});

afterAll(() => s3.stop());

function clientOf({ endpoint }: S3, credentials = local): S3Client {
  return new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true, maxAttempts: 1 });
}

const file = Buffer.from("%PDF-1.7 a file");
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("base64");
let files = 0;

interface Signed {
  url: string;
  headers: Record<string, string>;
  Key: string;
}

/** An address to send `file` to, with all of its headers signed, as the documents' handlers sign them. */
async function address(
  { by = client, date = new Date(), seconds = 900 } = {},
  input: Partial<PutObjectCommandInput> = {},
): Promise<Signed> {
  const Key = `documents/${++files}`;
  const headers: Record<string, string> = {
    "content-type": "application/pdf",
    "x-amz-checksum-sha256": sha256(file),
    "x-amz-server-side-encryption": "aws:kms",
    "x-amz-server-side-encryption-aws-kms-key-id": s3.keyArn,
    "if-none-match": "*",
  };
  const command = new PutObjectCommand({
    Bucket: s3.bucket,
    Key,
    ContentType: "application/pdf",
    ContentLength: file.length,
    ChecksumSHA256: sha256(file),
    ServerSideEncryption: "aws:kms",
    SSEKMSKeyId: s3.keyArn,
    IfNoneMatch: "*",
    ...input,
  });
  const names = new Set([...Object.keys(headers), "content-length"]);
  const signing = { signingDate: date, expiresIn: seconds, signableHeaders: names, unhoistableHeaders: names };
  return { url: await getSignedUrl(by, command, signing), headers, Key };
}

async function send({ url, headers }: Pick<Signed, "url" | "headers">, body: Uint8Array = file, method = "PUT") {
  const answer = await fetch(url, { method, headers, body: Buffer.from(body) });
  return { status: answer.status, code: /<Code>(\w+)</.exec(await answer.text())?.[1] };
}

const isThere = (Key: string) =>
  client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key })).then(
    () => true,
    () => false,
  );

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const mismatch = { status: 403, code: "SignatureDoesNotMatch" };
const denied = { status: 403, code: "AccessDenied" };

describe("the laptop's S3", () => {
  test("takes from a signed address what was signed, and gives it back with its type and checksum", async () => {
    const put = await address();
    expect((await send(put)).status).toBe(200);
    const given = { Bucket: s3.bucket, Key: put.Key };
    const head = await client.send(new HeadObjectCommand({ ...given, ChecksumMode: "ENABLED" }));
    expect(head).toMatchObject({
      ContentLength: file.length,
      ContentType: "application/pdf",
      ChecksumSHA256: sha256(file),
    });
    const fetched = await fetch(await getSignedUrl(client, new GetObjectCommand(given)));
    expect(Buffer.from(await fetched.arrayBuffer())).toEqual(file);
  });

  test.each([
    ["another key", (url: string) => url.replace(/documents\/\d+/, "documents/other")],
    ["a longer life", (url: string) => url.replace("X-Amz-Expires=900", "X-Amz-Expires=90000")],
    ["a later date", (url: string) => url.replace(/X-Amz-Date=\d{4}/, `X-Amz-Date=${new Date().getUTCFullYear() + 1}`)],
    ["fewer signed headers", (url: string) => url.replace("content-length%3B", "")],
    ["one more parameter", (url: string) => `${url}&partNumber=1`],
    ["another hash of the payload", (url: string) => url.replace("UNSIGNED-PAYLOAD", "0".repeat(64))],
    ["another signature", (url: string) => url.replace(/Signature=\w{4}/, "Signature=0000")],
  ])("refuses an address tampered with: %s", async (_, tamper) => {
    const put = await address();
    const answer = await send({ ...put, url: tamper(put.url) });
    expect(["SignatureDoesNotMatch", "AccessDenied"]).toContain(answer.code);
    expect({ status: answer.status, isThere: await isThere(put.Key) }).toEqual({ status: 403, isThere: false });
  });

  test("refuses an address for another method than its own", async () => {
    const put = await address();
    await send(put);
    expect(await send(put, file, "DELETE")).toEqual(mismatch);
    expect(await isThere(put.Key)).toBe(true);
  });

  test.each([
    ["another type", { "content-type": "text/html" }],
    ["another checksum", { "x-amz-checksum-sha256": sha256(Buffer.from("other")) }],
    ["no encryption", { "x-amz-server-side-encryption": undefined }],
    ["another encryption", { "x-amz-server-side-encryption": "AES256" }],
    ["another key", { "x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:us-east-1:000000000000:key/other" }],
    ["leave to overwrite", { "if-none-match": undefined }],
  ])("refuses an address used with %s", async (_, changed) => {
    const put = await address();
    const headers = Object.entries({ ...put.headers, ...changed }).filter(([, value]) => value !== undefined);
    expect(await send({ ...put, headers: Object.fromEntries(headers) as Record<string, string> })).toEqual(mismatch);
    expect(await isThere(put.Key)).toBe(false);
  });

  test("refuses a header of S3's that was not signed", async () => {
    const put = await address();
    const answer = await send({ ...put, headers: { ...put.headers, "x-amz-acl": "public-read" } });
    expect({ ...answer, isThere: await isThere(put.Key) }).toEqual({ ...denied, isThere: false });
  });

  test.each([
    ["longer", Buffer.concat([file, Buffer.from("!")])],
    ["shorter", file.subarray(1)],
  ])("refuses a file that is %s than was signed", async (_, body) => {
    const put = await address();
    expect({ ...(await send(put, body)), isThere: await isThere(put.Key) }).toEqual({ ...mismatch, isThere: false });
  });

  test("refuses a file that does not say how long it is", async () => {
    const put = await address();
    const code = await new Promise<number | undefined>((resolve, reject) => {
      const sent = httpRequest(put.url, { method: "PUT", headers: put.headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on("error", reject);
      sent.write(file);
      sent.end();
    });
    expect({ code, isThere: await isThere(put.Key) }).toEqual({ code: 403, isThere: false });
  });

  test("refuses other bytes of the length that was signed", async () => {
    const put = await address();
    const other = Buffer.alloc(file.length, 1);
    expect({ ...(await send(put, other)), isThere: await isThere(put.Key) }).toEqual({
      status: 400,
      code: "BadDigest",
      isThere: false,
    });
  });

  test("refuses an address that has expired, is older than 15 minutes, or not yet good", async () => {
    expect(await send(await address({ date: minutesAgo(2), seconds: 60 }))).toEqual(denied);
    expect(await send(await address({ date: minutesAgo(16), seconds: 3600 }))).toEqual(denied);
    expect(await send(await address({ date: minutesAgo(-20) }))).toEqual(denied);
    expect((await send(await address({ date: minutesAgo(14) }))).status).toBe(200);
  });

  test("refuses what others have signed, or nobody", async () => {
    const secret = clientOf(s3, { ...local, secretAccessKey: "guessed" });
    const stranger = clientOf(s3, { accessKeyId: "stranger", secretAccessKey: "local" });
    const unsigned = `${s3.endpoint}/${s3.bucket}/documents/unsigned`;
    expect(await send(await address({ by: secret }))).toEqual(mismatch);
    expect(await send(await address({ by: stranger }))).toEqual(denied);
    expect(await send({ url: unsigned, headers: {} })).toEqual(denied);
    const command = new DeleteObjectCommand({ Bucket: s3.bucket, Key: "documents/1" });
    await expect(secret.send(command)).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    await expect(stranger.send(command)).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("refuses the second use of an address, and keeps what the first has brought", async () => {
    const put = await address();
    expect([await send(put), await send(put)]).toMatchObject([
      { status: 200 },
      { status: 412, code: "PreconditionFailed" },
    ]);
  });

  test.each([
    ["S3's own", { ServerSideEncryption: "AES256" as const }],
    ["the account's", { ServerSideEncryption: "aws:kms" as const }],
    ["another", { ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: "arn:aws:kms:us-east-1:000000000000:key/x" }],
  ])("refuses even by a good signature a file under %s key", async (_, input) => {
    const bare = { Bucket: s3.bucket, Key: "documents/bare", Body: file, ...input };
    await expect(client.send(new PutObjectCommand(bare))).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("answers a browser's question of the origins it was given, and of no others", async () => {
    const { url } = await address();
    const ask = async (from: string) => {
      const headers = { origin: from, "access-control-request-method": "PUT" };
      const answer = await fetch(url, { method: "OPTIONS", headers });
      return [answer.status, answer.headers.get("access-control-allow-origin")];
    };
    expect([await ask(origin), await ask("https://evil.example")]).toEqual([
      [200, origin],
      [403, null],
    ]);
  });

  test("has after a restart what it was given before", async () => {
    const folder = await mkdtemp(join(tmpdir(), "praxis-s3-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const given = { Key: "documents/kept", ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: s3.keyArn };
    const before = await startS3([], folder);
    await clientOf(before).send(new PutObjectCommand({ ...given, Bucket: before.bucket, Body: file }));
    await before.stop();
    const after = await startS3([], folder);
    onTestFinished(after.stop);
    const { Body } = await clientOf(after).send(new GetObjectCommand({ Bucket: after.bucket, Key: given.Key }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(file);
  });
});
