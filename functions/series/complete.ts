import type { Seen } from "../appointments/day-book-store.ts";
import { booking } from "../appointments/store.ts";
import { claimsOfHold } from "../holds/model.ts";
import { confirming } from "../holds/store.ts";
import { commitAll, type Write } from "../kernel/commit.ts";
import type { Instant } from "../kernel/instant.ts";
import type { Keyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { commitEach } from "./commit-each.ts";
import { completed, holdOf, type KeptSeries, type Taken, visitOf } from "./model.ts";
import { findShared } from "./shared-store.ts";
import { CompletedMeanwhile, completing, findMade, findSeries, type OpenedSeries } from "./store.ts";

/**
 * Completes a series that was committed: confirms each hold that still waits, and says so. Anyone may do it, at any time and
 * at once with others, for each confirmation is made once. An occurrence whose time somebody took after its hold had
 * lapsed is told as such.
 */
export async function complete(keyring: Keyring, { kept, key }: OpenedSeries, now: Instant): Promise<KeptSeries> {
  if (kept.status === "booked") return kept;
  const { clinic } = keyring;
  const made = await findMade(clinic, idsOf(kept.taken));
  const waiting = kept.taken.filter(({ appointment }) => !made.has(appointment));
  const lost = await commitEach(waiting, {
    read: (some) =>
      findShared(
        clinic,
        some.flatMap((taken) => claimsOfHold(holdOf(kept, taken))),
        now,
      ),
    writesOf: (taken, seen) => confirmation(keyring, { kept, key }, taken, seen),
  });
  const meanwhile = lost.length > 0 ? await findMade(clinic, idsOf(lost)) : new Set<string>();
  const lapsed = lost.filter(({ appointment }) => !meanwhile.has(appointment)).map(({ number }) => number);
  return finished(keyring, completed(kept, lapsed));
}

/** The writes that make an occurrence's hold its appointment. */
function confirmation(keyring: Keyring, { kept, key }: OpenedSeries, taken: Taken, seen: Seen): Write[] {
  const { clinic } = keyring;
  const hold = holdOf(kept, taken);
  const by = { ...kept.by, clinic };
  return [
    ...confirming(clinic, hold, taken.appointment),
    ...booking(keyring, { visit: visitOf(kept, taken), key }, by, { held: claimsOfHold(hold), seen }),
  ];
}

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
