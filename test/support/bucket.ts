import {
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { inject } from "vitest";

function bucket() {
  const { env } = inject("backend");
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new S3Client({ endpoint: env["S3_ENDPOINT"], region: "us-east-1", credentials, forcePathStyle: true });
  return { client, Bucket: env["DOCUMENTS_BUCKET"] as string };
}

/** The keys of all files below a prefix, and of the uploads in parts that are under way. */
export async function keysBelow(Prefix: string): Promise<{ files: string[]; uploads: string[] }> {
  const { client, Bucket } = bucket();
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
  return { files: Versions.map(({ Key }) => Key ?? ""), uploads: Uploads.map(({ Key }) => Key ?? "") };
}

/** Deletes all files of a patient, as their erasure does. The store reads where the bucket is as it is loaded. */
export async function deleteAllFiles(of: { clinic: string; patient: string }): Promise<void> {
  const { env } = inject("backend");
  Object.assign(process.env, env, { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" });
  const store = await import("../../functions/documents/erasing-store.ts");
  await store.deleteAllFiles(of);
}

/** Puts a file into the bucket with the rights of its owner. */
export async function putBehindTheApi(Key: string, Body: Uint8Array): Promise<void> {
  const { client, Bucket } = bucket();
  await client.send(new PutObjectCommand({ Bucket, Key, Body, ChecksumAlgorithm: "SHA256" }));
}

/** Takes a file out of the bucket with the rights of its owner. */
export async function removeBehindTheApi(Key: string): Promise<void> {
  const { client, Bucket } = bucket();
  await client.send(new DeleteObjectCommand({ Bucket, Key }));
}
