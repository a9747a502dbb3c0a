import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { env } from "../kernel/env.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { objects } from "../kernel/objects.ts";

/*
 * Archives lie among the files of documents, below their patient, so whatever deletes a patient's files deletes them. They
 * carry a tag by which the bucket drops them after seven days.
 */

/** For how long an address to download from is good, in seconds. */
export const downloadSeconds = 5 * 60;

/** Where an archive lies: who was taken over writes beside who took over, and can delete their own alone. */
export interface Place {
  clinic: string;
  patient: string;
  export: string;
  attempt: number;
}

const at = (place: Place) => ({
  Bucket: env("DOCUMENTS_BUCKET"),
  Key: `documents/${place.clinic}/${place.patient}/${place.export}-${place.attempt}`,
});

/** The address to fetch an archive from, as an attachment that is called by its id. */
export async function addressOf(place: Place, now: Instant): Promise<string> {
  const fetching = new GetObjectCommand({
    ...at(place),
    ResponseContentType: "application/zip",
    ResponseContentDisposition: `attachment; filename="${place.export}.zip"`,
  });
  return getSignedUrl(objects, fetching, { expiresIn: downloadSeconds, signingDate: new Date(toMs(now)) });
}

/** The bytes of a document's file, as they come. */
export async function openFile({
  clinic,
  patient,
  document,
}: Pick<Place, "clinic" | "patient"> & { document: string }): Promise<AsyncIterable<Uint8Array>> {
  const Key = `documents/${clinic}/${patient}/${document}`;
  const { Body } = await objects.send(new GetObjectCommand({ Bucket: env("DOCUMENTS_BUCKET"), Key }));
  if (!Body) throw new Error("S3 answered without the file");
  return Body.transformToWebStream() as ReadableStream<Uint8Array>;
}

/** How many bytes are sent at a time, and held meanwhile. S3 wants 5 MiB at least and takes 10,000 parts: 80 GB. */
const partSize = 8 * 1024 * 1024;

/** An archive on its way to the bucket: there once it is closed, and nowhere if it is given up. */
export interface Sending {
  writable: WritableStream<Uint8Array>;
  /** The archive as it lies there, once `writable` is closed. */
  sent(): { size: number; version: string | undefined };
  giveUp(): Promise<void>;
}

export async function beginSending(place: Place): Promise<Sending> {
  const { UploadId } = await objects.send(
    new CreateMultipartUploadCommand({
      ...at(place),
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: env("DOCUMENTS_KEY"),
      ContentType: "application/zip",
      Tagging: "state=export",
    }),
  );
  const upload = { ...at(place), UploadId };
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  let held: Uint8Array[] = [];
  let sent: ReturnType<Sending["sent"]> = { size: 0, version: undefined };
  let waiting = 0;
  const sendPart = async () => {
    const PartNumber = Parts.length + 1;
    const Body = Buffer.concat(held, waiting);
    [held, waiting] = [[], 0];
    const { ETag } = await objects.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
    sent = { ...sent, size: sent.size + Body.length };
  };
  const writable = new WritableStream<Uint8Array>({
    write: async (chunk) => {
      held.push(chunk);
      waiting += chunk.length;
      if (waiting >= partSize) await sendPart();
    },
    close: async () => {
      if (waiting > 0) await sendPart();
      const done = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } });
      sent = { ...sent, version: (await objects.send(done)).VersionId };
    },
  });
  const giveUp = async () => {
    await objects.send(new AbortMultipartUploadCommand(upload));
  };
  return { writable, sent: () => sent, giveUp };
}

/** Deletes an archive that nobody will fetch, for good. */
export async function discard(place: Place, { version }: { version: string | undefined }): Promise<void> {
  await objects.send(new DeleteObjectCommand({ ...at(place), VersionId: version }));
}
