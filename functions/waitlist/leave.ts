import { mustSee } from "../access/sight-store.ts";
import { ReadChanged } from "../appointments/lost.ts";
import { tryInTurn } from "../appointments/try-in-turn.ts";
import { findHold, releasing } from "../holds/store.ts";
import type { Write } from "../kernel/commit.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { missing } from "../kernel/problem.ts";
import { end, type KeptEntry } from "./model.ts";
import { leave as route } from "./routes.ts";
import { changing, findEntry } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now, concerns, commit } = ask;
  await tryInTurn(async () => {
    const seen = await findEntry(caller.clinic, params.waitlistId);
    if (!seen) throw missing();
    const { id, patient, status } = seen.entry;
    concerns({ patient, target: id });
    await mustSee(route, ask, patient);
    if (status === "cancelled") return;
    const left = end(seen, "cancelled", now);
    const writes = [
      ...changing(caller.clinic, seen, left, "waitlist.cancelled", () => new ReadChanged()),
      ...(await givingBack(caller.clinic, seen, now)),
    ];
    await commit(writes, { answer: undefined, target: id });
  });
});

/** The writes that give back what is offered; what has lapsed is free already. */
async function givingBack(clinic: string, { entry: { offer } }: KeptEntry, now: Instant): Promise<Write[]> {
  const kept = offer && (await findHold(clinic, offer.hold));
  return kept && toMs(now) <= toMs(kept.hold.expiresAt) ? releasing(clinic, kept, now) : [];
}
