import { booking } from "../appointments/store.ts";
import { claimsOfHold } from "../holds/model.ts";
import { confirming } from "../holds/store.ts";
import { commitAll, inTransactions, type Write } from "../kernel/commit.ts";
import type { Keyring } from "../kernel/keyring.ts";
import { missing, Refusal } from "../kernel/problem.ts";
import { completed, holdOf, type KeptSeries, visitOf } from "./model.ts";
import { CompletedMeanwhile, completing, findMade, findSeries, type OpenedSeries } from "./store.ts";

/**
 * Completes a series that was committed: confirms each hold that still waits, and says so. Anyone may do it, at any time and
 * at once with others, for each confirmation is made once. An occurrence whose time somebody took after its hold had
 * lapsed is told as such.
 */
export async function complete(keyring: Keyring, { kept, key }: OpenedSeries): Promise<KeptSeries> {
  if (kept.status === "booked") return kept;
  const { clinic } = keyring;
  const made = await findMade(clinic, idsOf(kept.taken));
  const waiting = kept.taken.filter(({ appointment }) => !made.has(appointment));
  const by = { ...kept.by, clinic };
  const groups = waiting.map((taken) => {
    const hold = holdOf(kept, taken);
    const opened = { visit: visitOf(kept, taken), key };
    const writes = [
      ...confirming(clinic, hold, taken.appointment),
      ...booking(keyring, opened, by, { held: claimsOfHold(hold) }),
    ];
    return { taken, writes };
  });
  const lost = await confirmAll(groups);
  const meanwhile = lost.length > 0 ? await findMade(clinic, idsOf(lost)) : new Set<string>();
  const lapsed = lost.filter(({ appointment }) => !meanwhile.has(appointment)).map(({ number }) => number);
  const next = completed(kept, lapsed);
  return finished(keyring, next);
}

type Taken = KeptSeries["taken"][number];

function idsOf(taken: readonly Taken[]): string[] {
  return taken.map(({ appointment }) => appointment);
}

/** Confirms what it can, many at once, and one by one where some cannot be; answers those. */
async function confirmAll(groups: readonly { taken: Taken; writes: Write[] }[]): Promise<Taken[]> {
  const lost: Taken[] = [];
  for (const some of inTransactions(groups)) {
    if (await isConfirmed(some.flatMap(({ writes }) => writes))) continue;
    for (const { taken, writes } of some) if (!(await isConfirmed(writes))) lost.push(taken);
  }
  return lost;
}

/** Whether the holds were still there to be confirmed: others may have had the time since, or have confirmed it. */
async function isConfirmed(writes: readonly Write[]): Promise<boolean> {
  try {
    await commitAll(writes);
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === "hold-expired") return false;
    throw error;
  }
}

async function finished(keyring: Keyring, next: KeptSeries): Promise<KeptSeries> {
  try {
    await commitAll(completing(keyring.clinic, next, next.series.createdAt));
    return next;
  } catch (error) {
    if (!(error instanceof CompletedMeanwhile)) throw error;
    const found = await findSeries(keyring, next.series.id);
    if (!found) throw missing();
    return found.kept;
  }
}
