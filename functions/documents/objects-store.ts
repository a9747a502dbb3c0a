import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { env } from "../kernel/env.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { objects } from "../kernel/objects.ts";
import { type Document, fileName, type Piece, type Place, type Upload } from "./model.ts";

/*
 * How the files lie in the bucket: under ids alone, so that no key or address tells of a person. A file that is being
 * uploaded carries a tag by which the bucket drops it after a day; completing a document takes the tag off.
 */

/** For how long an address to upload to is good, in seconds. */
export const uploadSeconds = 15 * 60;
/** For how long an address to download from is good, in seconds. */
export const downloadSeconds = 5 * 60;

const uploading = "state=uploading";

function at({ clinic, patient, document }: Place) {
  return { Bucket: env("DOCUMENTS_BUCKET"), Key: `documents/${clinic}/${patient}/${document}` };
}

const encryption = () => ({ ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: env("DOCUMENTS_KEY") });

/** Begins the upload of a document in parts, and gives S3's name for it. */
export async function beginParts(place: Place, { contentType }: Pick<Document, "contentType">): Promise<string> {
  const { UploadId } = await objects.send(
    new CreateMultipartUploadCommand({
      ...at(place),
      ...encryption(),
      ContentType: contentType,
      ChecksumAlgorithm: "SHA256",
      Tagging: uploading,
    }),
  );
  if (!UploadId) throw new Error("S3 began an upload without naming it");
  return UploadId;
}

/** The address and headers to send a piece with. All of the headers are signed, and the length is. */
export async function addressFor(
  place: Place,
  { contentType }: Pick<Document, "contentType">,
  piece: Piece,
  { id }: Upload,
  now: Instant,
): Promise<{ url: string; headers: Record<string, string> }> {
  const given = { ...at(place), ContentLength: piece.size, ChecksumSHA256: piece.sha256 };
  const checked = { "x-amz-checksum-sha256": piece.sha256 };
  if (id) {
    const part = new UploadPartCommand({ ...given, UploadId: id, PartNumber: piece.number });
    return { url: await getSignedUrl(objects, part, signing(uploadSeconds, now, checked)), headers: checked };
  }
  const headers = {
    ...checked,
    "content-type": contentType,
    "x-amz-server-side-encryption": "aws:kms",
    "x-amz-server-side-encryption-aws-kms-key-id": env("DOCUMENTS_KEY"),
    "x-amz-tagging": uploading,
    // Nothing is ever overwritten: an address used twice is refused.
    "if-none-match": "*",
  };
  const whole = new PutObjectCommand({
    ...given,
    ...encryption(),
    ContentType: contentType,
    Tagging: uploading,
    IfNoneMatch: "*",
  });
  return { url: await getSignedUrl(objects, whole, signing(uploadSeconds, now, headers)), headers };
}

/** The presigner would leave the content type unsigned, and move S3's headers into the address: here they stay headers. */
function signing(expiresIn: number, now: Instant, headers: Record<string, string>) {
  const names = new Set([...Object.keys(headers), "content-length"]);
  return { expiresIn, signingDate: new Date(toMs(now)), signableHeaders: names, unhoistableHeaders: names };
}

/** Puts the parts together; parts that are missing, or were sent otherwise, leave things as they are. */
export async function joinParts(place: Place, { id, parts = [] }: Upload, etags: readonly string[]): Promise<void> {
  const Parts = parts.map((sum, n) => ({ PartNumber: n + 1, ETag: etags[n] ?? "", ChecksumSHA256: sum }));
  await objects
    .send(new CompleteMultipartUploadCommand({ ...at(place), UploadId: id, MultipartUpload: { Parts } }))
    .catch((error: Error) => {
      // NoSuchUpload: put together before, by a request whose answer was lost. Whether it is there will be seen.
      if (!["InvalidPart", "InvalidPartOrder", "EntityTooSmall", "NoSuchUpload"].includes(error.name)) throw error;
    });
}

/** A file that was sent: how long it is, its checksum, its beginning. */
export interface Sent {
  size: number | undefined;
  sha256: string | undefined;
  version: string | undefined;
  head: Uint8Array;
}

/** As much of a file's beginning as it takes to tell its type, in bytes. */
const telling = 4100;

export async function findSent(place: Place): Promise<Sent | undefined> {
  try {
    const [about, beginning] = await Promise.all([
      objects.send(new HeadObjectCommand({ ...at(place), ChecksumMode: "ENABLED" })),
      objects.send(new GetObjectCommand({ ...at(place), Range: `bytes=0-${telling - 1}` })),
    ]);
    const head = (await beginning.Body?.transformToByteArray()) ?? new Uint8Array();
    return { size: about.ContentLength, sha256: about.ChecksumSHA256, version: about.VersionId, head };
  } catch (error) {
    if (["NotFound", "NoSuchKey"].includes((error as Error).name)) return undefined;
    throw error;
  }
}

/** Takes off the tag by which the bucket would drop the file. */
export async function keep(place: Place): Promise<void> {
  await objects.send(new DeleteObjectTaggingCommand(at(place)));
}

/** Deletes a file for good: the version itself, which leaves nothing behind. */
export async function discard(place: Place, { version }: Pick<Sent, "version">): Promise<void> {
  await objects.send(new DeleteObjectCommand({ ...at(place), VersionId: version }));
}

/** The address to fetch a document from, as an attachment of its type. */
export async function addressOf(place: Place, document: Document, now: Instant): Promise<string> {
  const fetching = new GetObjectCommand({
    ...at(place),
    ResponseContentType: document.contentType,
    ResponseContentDisposition: `attachment; filename="${fileName(document)}"`,
  });
  return getSignedUrl(objects, fetching, { expiresIn: downloadSeconds, signingDate: new Date(toMs(now)) });
}
