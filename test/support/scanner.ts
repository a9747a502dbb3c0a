import { inject } from "vitest";

interface Scanned {
  clinic?: string;
  bucketName?: string;
  /** S3's name for the version of the file; a laptop's S3 keeps one of each, which has this name. */
  versionId?: string;
}

/** Tells what GuardDuty says of a document's file, as EventBridge hands it to the function that it wakes. */
export async function scan(
  path: string,
  scanResultStatus: string,
  { clinic = "cln_DemoClinic000000000001", bucketName = bucket(), versionId = "null" }: Scanned = {},
): Promise<void> {
  const [, patient, document] = /^\/v1\/patients\/(\w+)\/documents\/(\w+)$/.exec(path) ?? [];
  const status = await tellScan({
    schemaVersion: "1.0",
    scanStatus: "COMPLETED",
    resourceType: "S3_OBJECT",
    s3ObjectDetails: {
      bucketName,
      objectKey: `documents/${clinic}/${patient}/${document}`,
      eTag: "8b1a9953c4611296a827abf8c47804d7",
      versionId,
      s3Throttled: false,
    },
    scanResultDetails: { scanResultStatus, threats: null },
  });
  if (status !== 204) throw new Error(`the event was answered with ${status}`);
}

const bucket = () => inject("backend").env["DOCUMENTS_BUCKET"] as string;

/** Sends an event with that detail; 204 if it was dealt with, 500 if it is told to the failure queue. */
export async function tellScan(detail: unknown): Promise<number> {
  const event = {
    version: "0",
    id: "72c7d362-737a-6dce-fc78-9e27a0171419",
    "detail-type": "GuardDuty Malware Protection Object Scan Result",
    source: "aws.guardduty",
    account: "111122223333",
    time: "2026-11-22T21:00:00Z",
    region: "us-east-1",
    resources: ["arn:aws:guardduty:us-east-1:111122223333:malware-protection-plan/b4c7f464ab3a4EXAMPLE"],
    detail,
  };
  const answer = await fetch(`${inject("backend").url}/local/scanned`, { method: "POST", body: JSON.stringify(event) });
  return answer.status;
}
