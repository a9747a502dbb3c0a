import type { Place, Verdict } from "./model.ts";

/** What GuardDuty Malware Protection for S3 tells of an object it has scanned, as far as it concerns us. */
export interface ScanResult {
  s3ObjectDetails: { bucketName: string; objectKey: string };
  scanResultDetails: { scanResultStatus: string };
}

/** What cannot be scanned is not found clean: it stays pending. */
const verdicts: Partial<Record<string, Verdict>> = { NO_THREATS_FOUND: "clean", THREATS_FOUND: "quarantined" };

/** The document that a scanner's event is about, and what it says; undefined if it is about none, or says nothing. */
export function verdictIn(
  { s3ObjectDetails: object, scanResultDetails: result }: ScanResult,
  bucket: string,
): { place: Place; verdict: Verdict } | undefined {
  const verdict = verdicts[result.scanResultStatus];
  const ids = /^documents\/(cln_\w+)\/(pat_\w+)\/(doc_\w+)$/.exec(object.objectKey);
  if (!verdict || !ids || object.bucketName !== bucket) return undefined;
  const [, clinic = "", patient = "", document = ""] = ids;
  return { place: { clinic, patient, document }, verdict };
}
