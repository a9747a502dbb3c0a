import { readFile } from "node:fs/promises";
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import { inject } from "vitest";
import { dump, streamOf } from "./tables.ts";

/*
 * Everything that requests leave behind, wherever it comes to lie, as text in small letters: bytes both as they are and in
 * base64. What the API answers with, and the files themselves, which S3 encrypts, are not among it.
 */

const tables = ["CLINIC_TABLE", "KEYS_TABLE", "AUDIT_TABLE"] as const;
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

export type Place = (typeof tables)[number] | "streams" | "documents" | "archive" | "logs";

/** What lies where. */
export async function everythingKept(): Promise<Map<Place, string>> {
  const looks: [Place, Promise<unknown>][] = [
    ...tables.map((table): [Place, Promise<unknown>] => [table, dump(table)]),
    ["streams", Promise.all([recordsOf("CLINIC_TABLE"), recordsOf("AUDIT_TABLE")])],
    ["documents", documents()],
    ["archive", archive()],
    ["logs", readFile(inject("backend").log, "utf8")],
  ];
  return new Map(await Promise.all(looks.map(async ([place, found]) => [place, textOf(await found)] as const)));
}

/** Where words lie that may not: each named by its field and place. */
export function leaks(words: ReadonlyMap<string, string>, kept: ReadonlyMap<string, string>): string[] {
  return [...kept].flatMap(([place, text]) =>
    [...words].flatMap(([field, word]) => (text.includes(word) ? `${field} in ${place}` : [])),
  );
}

/** All records of a table's stream, with the items before and after. */
async function recordsOf(table: "CLINIC_TABLE" | "AUDIT_TABLE"): Promise<unknown[]> {
  const reader = await streamOf(table);
  const found: unknown[] = [];
  for (let before = -1; found.length > before; ) {
    before = found.length;
    for await (const { records } of reader.pages()) found.push(...records);
  }
  return found;
}

/** What the bucket of documents tells of its files beside their bytes: keys, headers, tags. */
async function documents(): Promise<unknown[]> {
  const { env } = inject("backend");
  const client = new S3Client({ endpoint: env["S3_ENDPOINT"], region: "us-east-1", credentials, forcePathStyle: true });
  const Bucket = env["DOCUMENTS_BUCKET"];
  const { Versions = [], IsTruncated } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  if (IsTruncated) throw new Error("there are more files than one look shows");
  const about = Versions.map(async ({ Key, VersionId }) => [
    Key,
    await client.send(new HeadObjectCommand({ Bucket, Key, VersionId })),
    await client.send(new GetObjectTaggingCommand({ Bucket, Key, VersionId })),
  ]);
  return Promise.all(about);
}

/** The audit trail's copy: keys and bytes. */
async function archive(): Promise<unknown[]> {
  const { env } = inject("backend");
  const endpoint = env["ARCHIVE_ENDPOINT"];
  const client = new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true });
  const Bucket = env["ARCHIVE_BUCKET"];
  const found: unknown[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket }))
    for (const { Key } of Contents) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      found.push(Key, await Body?.transformToString());
    }
  return found;
}

function textOf(found: unknown): string {
  const plainly = (value: unknown): unknown => {
    if (value instanceof Uint8Array)
      return (["latin1", "utf8", "base64"] as const).map((as) => Buffer.from(value).toString(as));
    if (Array.isArray(value)) return value.map(plainly);
    if (value instanceof Date || typeof value !== "object" || !value) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainly(each)]));
  };
  return (typeof found === "string" ? found : JSON.stringify(plainly(found))).toLowerCase();
}
