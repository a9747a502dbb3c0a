import { entryBySystem } from "../kernel/audit.ts";
import { commitAll, type Write } from "../kernel/commit.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { onTick } from "../kernel/worker.ts";
import { type Due, done, findDue } from "./due-store.ts";
import { end, type KeptEntry, nextLook, reopen } from "./model.ts";
import { changing, findEntry, puttingOff } from "./store.ts";

/**
 * Deals with all that has come due until now, however long ago: each entry moves on and its due-item goes, in one
 * transaction, so what an outage or a crash kept from being done is done by the next sweep, and nothing is done twice.
 */
export const handler = onTick(async (now) => {
  for (;;) {
    const due = await findDue(now);
    if (due.length === 0) return;
    const outcomes = await Promise.allSettled(due.map((each) => settle(each, now)));
    // What failed comes first again: the next minute tries it, and all that comes after it.
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
  }
});

/** Thrown when an entry is no longer as it was read: somebody else has dealt with it, and said when it is due next. */
class EntryChanged extends Error {
  override name = "EntryChanged";
}

async function settle(due: Due, now: Instant): Promise<void> {
  const seen = await findEntry(due.clinic, due.waitlist);
  const writes = seen?.dueAt === due.due ? movingOn(due.clinic, seen, now) : [];
  await commitAll([...writes, done(due)]).catch((error: unknown) => {
    if (!(error instanceof EntryChanged)) throw error;
  });
}

function movingOn(clinic: string, seen: KeptEntry, now: Instant): Write[] {
  const { id: target, patient, status, to } = seen.entry;
  const lost = () => new EntryChanged();
  const audited = (action: `${string}.${string}`) =>
    entryBySystem(clinic, action, { patient, target }, { at: now, cause: "sweep" });
  if (status === "offered") {
    return [...changing(clinic, seen, reopen(seen, now), "waitlist.lapsed", lost), audited("waitlist.lapse")];
  }
  if (toMs(to) > toMs(now)) return puttingOff(clinic, seen, nextLook(seen.entry, now), lost, now);
  return [...changing(clinic, seen, end(seen, "expired", now), "waitlist.expired", lost), audited("waitlist.expire")];
}
