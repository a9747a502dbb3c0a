import { commitAll } from "../kernel/commit.ts";
import { env } from "../kernel/env.ts";
import { onNotice } from "../kernel/worker.ts";
import { judging, NothingToSay } from "./store.ts";
import { verdictIn } from "./verdict.ts";

/**
 * Keeps what GuardDuty Malware Protection for S3 has said of a document. A verdict on what is no document, or no longer
 * one, or said before, is of no consequence.
 */
export const handler = onNotice("scan", async (detail, at) => {
  const found = verdictIn(detail, env("DOCUMENTS_BUCKET"));
  if (!found) return;
  await commitAll(judging(found, at)).catch((error: unknown) => {
    if (!(error instanceof NothingToSay)) throw error;
  });
});
