import type { Day } from "../appointments/day-book.ts";
import { ReadChanged } from "../appointments/lost.ts";
import type { KeptHold } from "../holds/model.ts";
import { keeping, releasing } from "../holds/store.ts";
import { commitAll, inTransactions, type Write } from "../kernel/commit.ts";
import type { Ask } from "../kernel/endpoint.ts";
import { AlreadyDone } from "../kernel/idempotency.ts";
import { toMs } from "../kernel/instant.ts";
import { busy, Refusal } from "../kernel/problem.ts";
import { pause } from "../kernel/table.ts";
import { beginning, ending, findBegun } from "./begun-store.ts";
import { commitEach } from "./commit-each.ts";
import { holdOf, type KeptSeries } from "./model.ts";

type Asked = Pick<Ask<unknown, unknown, unknown>, "caller" | "now" | "once" | "mustBeFirst">;

/**
 * Holds all the times of a series, in as many transactions as that takes, and then commits; the writes that `commit` is
 * given must be among its own. Where either is refused, the times are given back. Where it is not known how it went they
 * are left to lapse: the commit may have been done.
 */
export async function holdingAll(
  { caller, once, mustBeFirst }: Asked,
  kept: KeptSeries,
  days: readonly (Day | undefined)[],
  commit: (also: readonly Write[]) => Promise<void>,
): Promise<void> {
  await mustBeFirst();
  const holds = holdsOf(kept).map((hold) => ({ writes: keeping(caller.clinic, hold, days, undefined) }));
  const begun = { writes: [beginning(caller, once, kept)] };
  try {
    for (const some of inTransactions([begun, ...holds])) await commitAll(some.flatMap(({ writes }) => writes));
    await commit([ending(caller, once, kept)]);
  } catch (error) {
    if (isRefused(error)) await giveBack({ caller, once }, kept).catch(() => undefined);
    throw error;
  }
}

function holdsOf(kept: KeptSeries): KeptHold[] {
  return kept.taken.map((taken) => holdOf(kept, taken));
}

function isRefused(error: unknown): boolean {
  if (error instanceof Refusal) return error.kind !== "busy";
  return error instanceof ReadChanged || error instanceof AlreadyDone;
}

/** From now on nobody commits it; then the times are given back. Those that were never held are passed over. */
async function giveBack({ caller, once }: Pick<Asked, "caller" | "once">, kept: KeptSeries): Promise<void> {
  await commitAll([ending(caller, once, kept)]);
  const { createdAt: now } = kept.series;
  await commitEach(holdsOf(kept).map((hold) => ({ writes: releasing(caller.clinic, hold, now) })));
}

/** How long the sending of a request may be under way at most, in milliseconds: API Gateway waits 29 s. */
const longest = 30_000;
/** How long an earlier sending is waited for, in milliseconds, and how often it is asked after. */
const [patience, pace] = [3000, 100];

/**
 * What to do about the times that an earlier sending of this very request holds. One that may still be under way is waited
 * for, and its answer given; what one that was cut short holds is given back. Answers whether there was one: then
 * it is worth trying again.
 */
export async function settleEarlier(ask: Asked): Promise<boolean> {
  const { caller, once, now, mustBeFirst } = ask;
  for (let waited = 0; waited < patience; waited += pace) {
    const begun = await findBegun(caller, once);
    if (!begun) return waited > 0;
    await mustBeFirst();
    if (toMs(now) - toMs(begun.series.createdAt) > longest) {
      await giveBack(ask, begun);
      return true;
    }
    await pause(pace);
  }
  throw busy();
}
