import { commitAll } from "../kernel/commit.ts";
import type { Instant } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import { onTick } from "../kernel/worker.ts";
import { type Due, findDue } from "./due-store.ts";
import type { Moving } from "./journal-store.ts";
import { stepsOf, take } from "./steps-store.ts";
import { findBoth, findMerge, finishing, noting, restoring } from "./store.ts";

/**
 * Hands over what was merged, or gives it back. What an outage or a crash cut short is still due: the next minute goes on
 * after the last step that was noted, with the first thing that has not gone.
 */
export const handler = onTick(async (now) => {
  const failures: unknown[] = [];
  for (const due of await findDue(now)) {
    await carryOut(due, now).catch((error: unknown) => {
      // The minute before may still be at it, and was quicker: each thing goes once.
      if (!(error instanceof ReadChanged)) failures.push(error);
    });
  }
  if (failures.length > 0) throw failures[0];
});

async function carryOut({ clinic, merge: id, at: due }: Due, now: Instant): Promise<void> {
  const merge = await findMerge(clinic, id);
  if (!merge) throw new Error("there is no such merge");
  const keyring = await openKeyring(clinic);
  const { gone, staying } = await findBoth(keyring, merge);
  if (!gone || !staying) throw new Error("a key is gone before the merge was done");
  const isBack = merge.status === "undoing";
  const between = isBack ? { from: staying, to: gone.key } : { from: gone.key, to: staying };
  let moving: Moving = { ...between, keyring, merge, isBack, now };
  for (const [step, kind] of stepsOf(moving)) {
    await take(moving, step, kind);
    await commitAll([noting(clinic, moving.merge, step)]);
    moving = { ...moving, merge: { ...moving.merge, done: [...moving.merge.done, step] } };
  }
  await commitAll(isBack ? restoring(keyring, gone, merge, due, now) : finishing(clinic, merge, due));
}
