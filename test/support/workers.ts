import { inject } from "vitest";

/** Has a room's workers of the clock do what is due at an instant, as if that were now; then all that came of it. */
export async function tick(room: string, at: string): Promise<void> {
  await ask("/local/tick", { "x-test-now": at, "x-test-room": room });
}

/** Waits until all that the outbox has told is dealt with. */
export async function settled(): Promise<void> {
  await ask("/local/settled", {});
}

/** Waits until the audit trail is sealed as it stands. */
export async function sealed(): Promise<void> {
  await ask("/local/sealed", {});
}

async function ask(path: string, headers: Record<string, string>): Promise<void> {
  const { status } = await fetch(`${inject("backend").url}${path}`, { method: "POST", headers });
  if (status !== 204) throw new Error(`${path} answered ${status}`);
}

/** Has the waitlist's worker deal with an event in this process, beside the backend's own, as for another shard. */
export async function offerFor(event: Record<string, string>): Promise<unknown> {
  const nobody = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  Object.assign(process.env, inject("backend").env, nobody, { LOG: "none" });
  const attributes = { pk: `EVENT#${event["clinic"]}#evt_0000000000000000000000`, sk: "EVENT", ...event };
  const NewImage = Object.fromEntries(Object.entries(attributes).map(([name, text]) => [name, { S: text }]));
  const Records = [{ eventName: "INSERT" as const, dynamodb: { SequenceNumber: "1", NewImage } }];
  const { handler } = await import("../../functions/waitlist/offer.ts");
  return handler({ Records });
}
