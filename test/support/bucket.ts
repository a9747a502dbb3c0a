import { ListMultipartUploadsCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { inject } from "vitest";

export function bucket() {
  const { env } = inject("backend");
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new S3Client({ endpoint: env["S3_ENDPOINT"], region: "us-east-1", credentials, forcePathStyle: true });
  return { client, Bucket: env["DOCUMENTS_BUCKET"] as string, key: env["DOCUMENTS_KEY"] as string };
}

/** The keys of all files below a prefix, and of the uploads in parts that are under way. */
export async function keysBelow(Prefix: string): Promise<{ files: string[]; uploads: string[] }> {
  const { client, Bucket } = bucket();
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
  return { files: Versions.map(({ Key }) => Key ?? ""), uploads: Uploads.map(({ Key }) => Key ?? "") };
}
