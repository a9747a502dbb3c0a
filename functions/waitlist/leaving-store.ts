import { findHold, releasing } from "../holds/store.ts";
import type { Guard, Write } from "../kernel/commit.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import type { KeptEntry } from "./model.ts";
import { changing } from "./store.ts";

/** The writes by which an entry leaves the list, and what is offered to it is given back; what has lapsed is free already. */
export async function leavingList(
  clinic: string,
  seen: KeptEntry,
  left: KeptEntry,
  { now, lost }: { now: Instant; lost: Guard["lost"] },
): Promise<Write[]> {
  const { offer } = seen.entry;
  const kept = offer && (await findHold(clinic, offer.hold));
  const isHeld = kept && toMs(now) <= toMs(kept.hold.expiresAt);
  return [...changing(clinic, seen, left, "waitlist.cancelled", lost), ...(isHeld ? releasing(clinic, kept, now) : [])];
}
