import { booking } from "../appointments/store.ts";
import { claimsOfHold } from "../holds/model.ts";
import { confirming } from "../holds/store.ts";
import { commitAll } from "../kernel/commit.ts";
import type { Keyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { commitEach } from "./commit-each.ts";
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
  const lost = (await commitEach(groups)).map(({ taken }) => taken);
  const meanwhile = lost.length > 0 ? await findMade(clinic, idsOf(lost)) : new Set<string>();
  const lapsed = lost.filter(({ appointment }) => !meanwhile.has(appointment)).map(({ number }) => number);
  return finished(keyring, completed(kept, lapsed));
}

type Taken = KeptSeries["taken"][number];

function idsOf(taken: readonly Taken[]): string[] {
  return taken.map(({ appointment }) => appointment);
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
