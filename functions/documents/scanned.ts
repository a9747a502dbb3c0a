import { commitAll } from "../kernel/commit.ts";
import { env } from "../kernel/env.ts";
import type { Instant } from "../kernel/instant.ts";
import { tombstoneAt } from "../kernel/merged.ts";
import { get } from "../kernel/table.ts";
import { onNotice } from "../kernel/worker.ts";
import { judging, NothingToSay } from "./store.ts";
import { type Judgement, verdictIn } from "./verdict.ts";

/**
 * Keeps what GuardDuty Malware Protection for S3 has said of a document. A verdict on what is no document, or no longer
 * one, or said before, is of no consequence.
 */
export const handler = onNotice("scan", async (detail, at) => {
  const found = verdictIn(detail, env("DOCUMENTS_BUCKET"));
  if (found) await judge(found, at);
});

/** The verdict is kept with the document, whoever's it has become: a merge leaves its file under the id it was sent to. */
async function judge(found: Judgement, at: Instant): Promise<void> {
  const { clinic, patient } = found.place;
  await commitAll(judging(found, at)).catch(async (error: unknown) => {
    if (!(error instanceof NothingToSay)) throw error;
    const row = await get(tombstoneAt(clinic, patient));
    if (row) await judge({ ...found, place: { ...found.place, patient: row["into"] as string } }, at);
  });
}
