import type { EventBridgeEvent } from "aws-lambda";
import { commitAll } from "../kernel/commit.ts";
import { env } from "../kernel/env.ts";
import { toInstant, toMs } from "../kernel/instant.ts";
import { judging, NothingToSay } from "./store.ts";
import { type ScanResult, verdictIn } from "./verdict.ts";

/**
 * Keeps what a virus scanner has said of a document. Woken by EventBridge, with GuardDuty Malware Protection's event or
 * another scanner's of that shape. A verdict on what is no document, or no longer one, is of no consequence; one that
 * cannot be kept is thrown, to be tried again.
 */
export async function handler(
  event: Pick<EventBridgeEvent<"GuardDuty Malware Protection Object Scan Result", ScanResult>, "time" | "detail">,
): Promise<void> {
  const found = verdictIn(event.detail, env("DOCUMENTS_BUCKET"));
  if (!found) return;
  await commitAll(judging(found.place, found.verdict, toInstant(toMs(event.time)))).catch((error: unknown) => {
    if (!(error instanceof NothingToSay)) throw error;
  });
}
