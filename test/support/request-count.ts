/** What the handlers of this process sent to DynamoDB while something was done. */
export interface Counted {
  /** How many requests of each action, such as `Query`. */
  requests: Record<string, number>;
  /** How many were under way at the same time, at most. */
  mostAtOnce: number;
}

/**
 * Counts the requests that the handlers send meanwhile; a request that the SDK sends again counts once. To be used where
 * the handlers run in this process, once their environment is set.
 */
export async function counting(work: () => Promise<unknown>): Promise<Counted> {
  const { client } = await import("../../functions/kernel/table.ts");
  const counted: Counted = { requests: {}, mostAtOnce: 0 };
  let atOnce = 0;
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const action = String(commandName).replace(/Command$/, "");
        counted.requests[action] = (counted.requests[action] ?? 0) + 1;
        counted.mostAtOnce = Math.max(counted.mostAtOnce, ++atOnce);
        return next(args).finally(() => atOnce--);
      },
    { step: "initialize", priority: "high", name: "requestCount" },
  );
  try {
    await work();
    return counted;
  } finally {
    client.middlewareStack.remove("requestCount");
  }
}
