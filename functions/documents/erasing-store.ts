import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from "@aws-sdk/client-s3";
import { env } from "../kernel/env.ts";
import { objects } from "../kernel/objects.ts";
import type { Place } from "./model.ts";

/**
 * Deletes every version of every file of a patient, and what uploads of theirs are under way. Without it their files stay
 * readable when their key is destroyed: S3 encrypts by a key of its own. Takes the rights to list versions and uploads.
 */
export async function deleteAllFiles({ clinic, patient }: Omit<Place, "document">): Promise<void> {
  const within = { Bucket: env("DOCUMENTS_BUCKET"), Prefix: `documents/${clinic}/${patient}/` };
  // From the start again each time, for what was listed is gone by then.
  while (await deleteSomeVersions(within));
  while (await abortSomeUploads(within));
}

interface Within {
  Bucket: string;
  Prefix: string;
}

/** Deletes as many versions and delete markers as are listed at once; whether there were any. */
async function deleteSomeVersions({ Bucket, Prefix }: Within): Promise<boolean> {
  const { Versions = [], DeleteMarkers = [] } = await objects.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  if (Objects.length === 0) return false;
  const { Errors = [] } = await objects.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  if (Errors.length > 0) throw new Error(`${Errors.length} versions could not be deleted: ${Errors[0]?.Code}`);
  return true;
}

async function abortSomeUploads({ Bucket, Prefix }: Within): Promise<boolean> {
  const { Uploads = [] } = await objects.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
  for (const { Key, UploadId } of Uploads) {
    await objects.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  }
  return Uploads.length > 0;
}
