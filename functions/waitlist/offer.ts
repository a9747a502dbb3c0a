import type { Instant } from "../kernel/instant.ts";
import { type Keyring, openKeyring } from "../kernel/keyring.ts";
import { onEvents } from "../kernel/worker.ts";
import { byRank } from "./fit.ts";
import { type Freed, findFreed } from "./freed-store.ts";
import { findQueue } from "./list-store.ts";
import type { KeptEntry } from "./model.ts";
import { placeOffer } from "./offering-store.ts";
import { nameOf, Openings } from "./openings-store.ts";

/**
 * What was freed is offered to whom it suits, best first. An event only says where to look: what is open, and who waits,
 * is read anew. So an event that comes twice, late or out of order does no harm, and one that is lost is made up for.
 */
export const handler = onEvents(async (happening) => {
  const { clinic, id: cause, now } = happening;
  const freed = await findFreed(happening);
  if (!freed) return;
  const waiting = (await findQueue(clinic, freed.service)).sort(byRank);
  if (waiting.length === 0) return;
  const keyring = await openKeyring(clinic);
  const openings = new Openings(clinic, now);
  for (const kept of waiting) await offerFirst(keyring, kept, { freed, openings, now, cause });
});

/** How many times in a row may be lost to others; then the event is left for another run. */
const mostLost = 12;

async function offerFirst(
  keyring: Keyring,
  kept: KeptEntry,
  { freed, openings, now, cause }: { freed: Freed; openings: Openings; now: Instant; cause: string },
): Promise<void> {
  const lost = new Set<string>();
  while (lost.size < mostLost) {
    const slot = await openings.first(kept, freed, lost);
    if (!slot) return;
    const outcome = await placeOffer(keyring, kept, slot, { now, cause });
    if (outcome === "passed-over") return;
    openings.forget();
    if (outcome === "offered") return;
    lost.add(nameOf(slot));
  }
  throw new Error("too many times were lost to others");
}
