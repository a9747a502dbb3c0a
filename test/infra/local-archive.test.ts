import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Archive, startArchive } from "../../lib/local/archive.ts";

let archive: Archive;
let client: S3Client;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "praxis-archive-"));
  archive = await startArchive(folder);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const { endpoint } = archive;
  client = new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true, maxAttempts: 1 });
});

afterAll(async () => {
  await archive.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const put = (Key: string, Body: string) =>
  client.send(
    new PutObjectCommand({ Bucket: archive.bucket, Key, Body, ChecksumAlgorithm: "SHA256", IfNoneMatch: "*" }),
  );
const read = async (Key: string) =>
  (await client.send(new GetObjectCommand({ Bucket: archive.bucket, Key }))).Body?.transformToString();

describe("the laptop's archive", () => {
  test("gives back what was put, and neither replaces nor deletes it", async () => {
    await put("audit/cln_1/a:1.ndjson", "one");
    await expect(put("audit/cln_1/a:1.ndjson", "two")).rejects.toMatchObject({ name: "PreconditionFailed" });
    const gone = new DeleteObjectCommand({ Bucket: archive.bucket, Key: "audit/cln_1/a:1.ndjson" });
    await expect(client.send(gone)).rejects.toMatchObject({ name: "AccessDenied" });
    expect(await read("audit/cln_1/a:1.ndjson")).toBe("one");
  });

  test("takes nothing without a checksum, as S3 under Object Lock", async () => {
    const bare = await fetch(`${archive.endpoint}/${archive.bucket}/audit/x`, { method: "PUT", body: "x" });
    expect(bare.status).toBe(400);
  });

  test("lists what is below a prefix, by the name, and goes on after a thousand", async () => {
    for (let from = 0; from < 1100; from += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, n) => put(`many/${String(from + n).padStart(5, "0")}`, "x")));
    }
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client },
      { Bucket: archive.bucket, Prefix: "many/" },
    ))
      keys.push(...Contents.map(({ Key = "" }) => Key));
    expect(keys).toHaveLength(1100);
    expect(keys).toEqual(keys.toSorted());
  });
});
