import { KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { env, envOr } from "../kernel/env.ts";
import { type Seal, sealText } from "./chain.ts";
import type { Pending } from "./seal-store.ts";

/* Signing, and the copy of the chain that nobody can take back: objects under Object Lock, one for each seal. */

const kms = new KMSClient({
  endpoint: envOr("KMS_ENDPOINT"),
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
});

const bucket = new S3Client({
  endpoint: envOr("ARCHIVE_ENDPOINT"),
  // A laptop's bucket has no host name of its own.
  forcePathStyle: envOr("ARCHIVE_ENDPOINT") !== undefined,
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2000, requestTimeout: 8000, throwOnRequestTimeout: true },
});

/** Signs by the sealing key, which never leaves KMS. */
export async function sign(seal: Omit<Seal, "signature">): Promise<Seal> {
  const { Signature } = await kms.send(
    new SignCommand({
      KeyId: env("SEAL_KEY"),
      Message: Buffer.from(sealText(seal)),
      MessageType: "RAW",
      SigningAlgorithm: "ECDSA_SHA_256",
    }),
  );
  if (!Signature) throw new Error("KMS gave no signature");
  return { ...seal, signature: Buffer.from(Signature).toString("base64") };
}

/**
 * Copies what a seal covers, and the seal, into the bucket, as NDJSON: `{"link":…,"entry":…}` for each, then
 * `{"seal":…}`. Named by the numbers covered, so that a sealer that comes again finds it done; a seal that covers nothing
 * new (a heartbeat) by its instant.
 */
export async function archive(seal: Seal, covered: readonly Pending[]): Promise<void> {
  const number = (seq: number) => String(seq).padStart(12, "0");
  const first = covered[0]?.link.seq;
  const name = first === undefined ? `beat-${seal.at}` : `${number(first)}-${number(seal.seq)}`;
  const lines = [...covered, { seal }].map((line) => JSON.stringify(line));
  await bucket
    .send(
      new PutObjectCommand({
        Bucket: env("ARCHIVE_BUCKET"),
        Key: `audit/${seal.clinic}/${name}.ndjson`,
        Body: `${lines.join("\n")}\n`,
        ContentType: "application/x-ndjson",
        // A lock demands a checksum of what it locks.
        ChecksumAlgorithm: "SHA256",
        IfNoneMatch: "*",
      }),
    )
    .catch((error: Error) => {
      if (error.name !== "PreconditionFailed") throw error;
    });
}
