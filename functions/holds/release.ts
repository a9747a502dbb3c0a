import { mustSee } from "../access/sight-store.ts";
import { holdExpired } from "../appointments/lost.ts";
import type { Write } from "../kernel/commit.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { missing, Refusal } from "../kernel/problem.ts";
import { reopen } from "../waitlist/model.ts";
import { changing, findEntry } from "../waitlist/store.ts";
import type { Hold } from "./model.ts";
import { release as route } from "./routes.ts";
import { findHold, releasing } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now, concerns, commit } = ask;
  const kept = await findHold(caller.clinic, params.holdId);
  if (!kept) throw missing();
  const { hold } = kept;
  concerns({ ...(hold.patient ? { patient: hold.patient } : {}), target: hold.id });
  if (hold.patient || caller.role === "patient") await mustSee(route, ask, hold.patient ?? "");
  // What has lapsed, or was given back, is free already.
  if (hold.status !== "held" || toMs(now) > toMs(hold.expiresAt)) return;
  const writes = [...releasing(caller.clinic, kept, now), ...(await declining(caller.clinic, hold, now))];
  await commit(writes, { answer: undefined, target: hold.id }).catch((error: unknown) => {
    if (!(error instanceof Refusal) || error.code !== "hold-expired") throw error;
  });
});

/** The writes by which the entry of a waitlist, to which the time is offered, waits for another. */
async function declining(clinic: string, { id, waitlist }: Hold, now: Instant): Promise<Write[]> {
  const seen = waitlist && (await findEntry(clinic, waitlist));
  if (!seen || seen.entry.offer?.hold !== id) return [];
  return changing(clinic, seen, reopen(seen, now), "waitlist.declined", holdExpired);
}
