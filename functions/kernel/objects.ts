import { S3Client } from "@aws-sdk/client-s3";
import { envOr } from "./env.ts";

/** S3. Weighs as much as all the rest of a handler, so only those load it whose routes touch files. */
export const objects = new S3Client({
  endpoint: envOr("S3_ENDPOINT"),
  // A laptop's bucket has no host name of its own.
  forcePathStyle: envOr("S3_ENDPOINT") !== undefined,
  // Putting many parts together can take S3 longer than a function has: asked again later, it is done.
  maxAttempts: 2,
  // What is sent and fetched is checked by the SHA-256 that each request names; the SDK's own CRC would come on top.
  requestChecksumCalculation: "WHEN_REQUIRED",
  responseChecksumValidation: "WHEN_REQUIRED",
  requestHandler: { connectionTimeout: 2000, requestTimeout: 4000, throwOnRequestTimeout: true },
});
