import { offOf } from "../appointments/day-book.ts";
import type { Seen } from "../appointments/day-book-store.ts";
import { claimsOfHold, type KeptHold } from "../holds/model.ts";
import { keeping, releasing } from "../holds/store.ts";
import type { Ask } from "../kernel/ask.ts";
import { commitAll, inTransactions, type Write } from "../kernel/commit.ts";
import { AlreadyDone } from "../kernel/idempotency.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { busy, Refusal } from "../kernel/problem.ts";
import { pause } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import { BegunBefore, beginning, ending, findBegun } from "./begun-store.ts";
import { commitEach } from "./commit-each.ts";
import { holdOf, type KeptSeries } from "./model.ts";
import { findShared } from "./shared-store.ts";

type Asked = Pick<Ask<unknown, unknown, unknown>, "caller" | "now" | "once" | "mustBeFirst">;

/**
 * Holds all the times of a series, in as many transactions as that takes, and then commits; the writes that `commit` is
 * given must be among its own. Where either is refused, the times are given back. Where it is not known how it went they
 * are left to lapse: the commit may have been done.
 */
export async function holdingAll(
  { caller, now, once, mustBeFirst }: Asked,
  kept: KeptSeries,
  planned: Seen,
  commit: (also: readonly Write[]) => Promise<void>,
): Promise<void> {
  await mustBeFirst();
  const { clinic } = caller;
  const placing = kept.taken.map((taken) => holdOf(kept, taken));
  const groups = placing.map((hold) => ({ hold, writes: keeping(clinic, hold, planned, undefined) }));
  try {
    for (const [place, some] of inTransactions(groups, 1).entries()) {
      const holds = some.map(({ hold }) => hold);
      const seen = place > 0 ? await seenAgain(clinic, holds, planned, now) : planned;
      const begun = place > 0 ? [] : [beginning(caller, once, kept)];
      await commitAll([...begun, ...holds.flatMap((hold) => keeping(clinic, hold, seen, undefined))]);
    }
    await commit([ending(caller, once, kept)]);
  } catch (error) {
    if (isRefused(error)) await giveBack({ caller, once }, kept).catch(() => undefined);
    throw error;
  }
}

/**
 * The days that holds are placed by, once some of the series are placed: those have changed the days that they share, and
 * with them what the others were planned by. Whatever else has changed there must be planned anew.
 */
async function seenAgain(clinic: string, holds: readonly KeptHold[], planned: Seen, now: Instant): Promise<Seen> {
  const shared = await findShared(clinic, holds.flatMap(claimsOfHold), now).catch((error: unknown) => {
    throw error instanceof Refusal && error.code === "hold-expired" ? new ReadChanged() : error;
  });
  for (const [thing, days] of shared) {
    const offThen = planned.get(thing)?.flatMap(offOf);
    const isTheSame = days
      .flatMap(offOf)
      .every((off) => offThen?.some((each) => each.start === off.start && each.end === off.end));
    if (!isTheSame) throw new ReadChanged();
  }
  return new Map([...planned, ...shared]);
}

function isRefused(error: unknown): boolean {
  if (error instanceof Refusal) return error.kind !== "busy";
  return error instanceof ReadChanged || error instanceof AlreadyDone;
}

/** From now on nobody commits it; then the times are given back. Those that were never held are passed over. */
async function giveBack({ caller, once }: Pick<Asked, "caller" | "once">, kept: KeptSeries): Promise<void> {
  const isOurs = await commitAll([ending(caller, once, kept)]).then(
    () => true,
    (error: unknown) => {
      if (error instanceof BegunBefore) return false;
      throw error;
    },
  );
  if (!isOurs) return;
  const { createdAt: now } = kept.series;
  await commitEach(kept.taken, {
    read: async () => new Map(),
    writesOf: (taken) => releasing(caller.clinic, holdOf(kept, taken), now),
  });
}

/** How long the sending of a request may be under way at most, in milliseconds: API Gateway waits 29 s. */
const longest = 30_000;
/** How long an earlier sending is waited for, in milliseconds, and how often it is asked after. */
const [patience, pace] = [3000, 100];

/**
 * What to do about the times that an earlier sending of this very request holds. One that may still be under way is waited
 * for, and its answer given; what one that was cut short holds is given back. Then it is worth trying again.
 */
export async function settleEarlier(ask: Asked): Promise<void> {
  const { caller, once, now, mustBeFirst } = ask;
  for (let waited = 0; waited < patience; waited += pace) {
    const begun = await findBegun(caller, once);
    if (!begun) return;
    await mustBeFirst();
    if (toMs(now) - toMs(begun.series.createdAt) > longest) {
      await giveBack(ask, begun);
      return;
    }
    await pause(pace);
  }
  throw busy();
}
