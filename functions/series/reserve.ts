import type { Day } from "../appointments/day-book.ts";
import { ReadChanged } from "../appointments/lost.ts";
import type { KeptHold } from "../holds/model.ts";
import { keeping, releasing } from "../holds/store.ts";
import { commitAll, inTransactions } from "../kernel/commit.ts";
import { AlreadyDone } from "../kernel/idempotency.ts";
import type { Instant } from "../kernel/instant.ts";
import { Refusal } from "../kernel/problem.ts";

/**
 * Holds all the times, in as many transactions as that takes, and then commits. Where either is refused, the times are
 * given back. Where it is not known how it went they are left to lapse: the commit may have been done.
 */
export async function holdingAll<Result>(
  clinic: string,
  holds: readonly KeptHold[],
  days: readonly (Day | undefined)[],
  now: Instant,
  commit: () => Promise<Result>,
): Promise<Result> {
  const placing = holds.map((kept) => ({ kept, writes: keeping(clinic, kept, days, undefined) }));
  try {
    for (const some of inTransactions(placing)) await commitAll(some.flatMap(({ writes }) => writes));
    return await commit();
  } catch (error) {
    if (isRefused(error)) await giveBack(clinic, holds, now);
    throw error;
  }
}

function isRefused(error: unknown): boolean {
  return (
    error instanceof ReadChanged || error instanceof AlreadyDone || (error instanceof Refusal && error.kind !== "busy")
  );
}

/** What cannot be given back, or was never held, is left as it is: holds lapse by themselves. */
async function giveBack(clinic: string, holds: readonly KeptHold[], now: Instant): Promise<void> {
  const groups = holds.map((kept) => ({ writes: releasing(clinic, kept, now) }));
  for (const some of inTransactions(groups))
    await commitAll(some.flatMap(({ writes }) => writes)).catch(() => undefined);
}
