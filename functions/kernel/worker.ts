import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent, ScheduledEvent } from "aws-lambda";
import { type Instant, toInstant, toMs } from "./instant.ts";
import { logWork } from "./log.ts";

/** An event of the outbox: what happened to which things of which clinic. */
export interface Happening {
  /** The event's id. */
  id: string;
  type: string;
  clinic: string;
  /** The ids, versions and instants that it tells. */
  about: Record<string, unknown>;
  /**
   * When it is dealt with: now, or when it happened, whichever is later. The two are the same but for milliseconds, save
   * on a retry, which must not act in the past, and in a test that travels in time, whose events lie ahead of the clock.
   */
  now: Instant;
}

/**
 * A worker's Lambda handler for the outbox. Events are dealt with one by one; what fails is named in the answer
 * (ReportBatchItemFailures). Lambda then comes again with the first that failed and all after it, so a handler must
 * find nothing left to do where it has done its work before.
 */
export function onEvents(handle: (happening: Happening) => Promise<void>) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const batchItemFailures: DynamoDBBatchResponse["batchItemFailures"] = [];
    for (const record of Records) {
      const happening = happeningIn(record, Date.now());
      if (!happening) continue;
      const { type: message, clinic, id: event } = happening;
      const done = await logWork({ message, clinic, event }, () => handle(happening));
      if (!done) batchItemFailures.push({ itemIdentifier: record.dynamodb?.SequenceNumber ?? "" });
    }
    return { batchItemFailures };
  };
}

function happeningIn({ eventName, dynamodb }: DynamoDBRecord, clock: number): Happening | undefined {
  if (eventName !== "INSERT" || !dynamodb?.NewImage) return undefined;
  const item = unmarshall(dynamodb.NewImage as Record<string, AttributeValue>);
  const { pk, sk, type, clinic, happenedAt, expires, ...about } = item;
  if (!String(pk).startsWith("EVENT#")) return undefined;
  const now = toInstant(Math.max(clock, toMs(happenedAt)));
  return { id: String(pk).split("#")[2] ?? "", type, clinic, about, now };
}

/**
 * A worker's Lambda handler for what another of AWS's services tells EventBridge; `work` is what the log calls it. What
 * fails, Lambda tries twice more and then tells the failure queue, so a handler must find nothing left to do where it has
 * done its work before.
 */
export function onNotice(work: string, handle: (detail: unknown, at: Instant) => Promise<void>) {
  return async ({ time, detail }: { time?: string; detail?: unknown }): Promise<void> => {
    const done = await logWork({ message: work }, () => handle(detail, toInstant(toMs(time ?? ""))));
    if (!done) throw new Error(`the ${work} was not dealt with`);
  };
}

/** A worker's Lambda handler for the clock. It is told the minute that is due, not when it got round to it. */
export function onTick(handle: (now: Instant) => Promise<void>) {
  return async ({ time }: Pick<ScheduledEvent, "time">): Promise<void> => {
    const done = await logWork({ message: "tick" }, () => handle(toInstant(Date.parse(time))));
    if (!done) throw new Error("the tick was not dealt with");
  };
}
