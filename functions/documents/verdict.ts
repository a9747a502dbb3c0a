import * as z from "zod/mini";
import type { Place, Verdict } from "./model.ts";

/** What GuardDuty Malware Protection for S3 tells of an object it has scanned, as far as it concerns us. */
const scanResult = z.object({
  s3ObjectDetails: z.object({ bucketName: z.string(), objectKey: z.string(), versionId: z.string() }),
  scanResultDetails: z.object({ scanResultStatus: z.string() }),
});

/** What a scanner has said of one version of a document's file. */
export interface Judgement {
  place: Place;
  /** S3's name for the version. */
  file: string;
  verdict: Verdict;
}

/** What cannot be scanned is not found clean: it stays pending. */
const verdicts: Partial<Record<string, Verdict>> = { NO_THREATS_FOUND: "clean", THREATS_FOUND: "quarantined" };

/**
 * What a scanner's event says of which document; undefined if it is about none, or says nothing. Throws at an event of
 * another shape, which may not be passed over: it could have said that something was found.
 */
export function verdictIn(detail: unknown, bucket: string): Judgement | undefined {
  const told = z.safeParse(scanResult, detail);
  if (!told.success) throw new Error("a scanner's event is not as it should be");
  const { s3ObjectDetails: object, scanResultDetails: result } = told.data;
  const verdict = verdicts[result.scanResultStatus];
  const ids = /^documents\/(cln_\w+)\/(pat_\w+)\/(doc_\w+)$/.exec(object.objectKey);
  if (!verdict || !ids || object.bucketName !== bucket) return undefined;
  const [, clinic = "", patient = "", document = ""] = ids;
  return { place: { clinic, patient, document }, file: object.versionId, verdict };
}
