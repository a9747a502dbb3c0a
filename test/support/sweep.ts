/*
 * A worker of the clock as a process of its own, so that a test can end it by `kill -9` in the middle of its work. Which it
 * is, where the tables are, and as of when it works, is told by the environment.
 */

const { handler } = (await import(`../../functions/${process.env["SWEEP"]}/sweep.ts`)) as {
  handler: (tick: { time: string }) => Promise<void>;
};
await handler({ time: process.env["SWEEP_AT"] ?? "" });
