import { inject } from "vitest";

/** What a virus scanner says of a document, as EventBridge brings it to the function that it wakes. */
export async function scan(
  path: string,
  scanResultStatus: string,
  clinic = "cln_DemoClinic000000000001",
): Promise<void> {
  const { env } = inject("backend");
  Object.assign(process.env, env, { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" });
  const { handler } = await import("../../functions/documents/scanned.ts");
  const [, patient, document] = /^\/v1\/patients\/(\w+)\/documents\/(\w+)$/.exec(path) ?? [];
  await handler({
    time: "2026-11-22T21:00:00Z",
    detail: {
      s3ObjectDetails: {
        bucketName: env["DOCUMENTS_BUCKET"] as string,
        objectKey: `documents/${clinic}/${patient}/${document}`,
      },
      scanResultDetails: { scanResultStatus },
    },
  });
}
