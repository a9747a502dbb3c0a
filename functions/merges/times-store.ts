import { type Day, listedOn } from "../appointments/day-book.ts";
import { findDays } from "../appointments/day-book-store.ts";
import { findTheirs, handingOver as handAppointmentOver } from "../appointments/hand-over-store.ts";
import { SlotTaken } from "../appointments/lost.ts";
import { resealing } from "../appointments/moves-store.ts";
import { findHold, handingOver as handHoldOver, releasing } from "../holds/store.ts";
import { eachRow } from "../kernel/clear.ts";
import { commitAll, remove, type Write } from "../kernel/commit.ts";
import { toMs } from "../kernel/instant.ts";
import { Refusal } from "../kernel/problem.ts";
import { handingOver as handSeriesOver } from "../series/store.ts";
import { handingOver as handEntryOver } from "../waitlist/hand-over-store.ts";
import { findEntry, ownAt } from "../waitlist/store.ts";
import type { Moving, Thing } from "./journal-store.ts";

/* How a patient's times become another's: what they wait for, hold and have booked. */

export const waitlist = {
  async *each({ from: { clinic, patient } }: Moving) {
    for await (const { sk } of eachRow(ownAt(clinic, patient, ""), { from: "wtl_", to: "wtl_~" })) yield sk;
  },
  async move(moving: Moving, { name, note }: Thing) {
    const { clinic, patient } = moving.from;
    const seen = await findEntry(clinic, name);
    if (seen?.entry.patient === patient) return commitAll([...handEntryOver(moving, seen), note()]);
    // It was over for so long that its row is dropped.
    return commitAll([remove(ownAt(clinic, patient, name)), ...(moving.isBack ? [note()] : [])]);
  },
};

export const holds = {
  each: (moving: Moving) => eachListed(moving, "hld"),
  /** One that has lapsed is nobody's; one whose time the other has taken meanwhile is given back. */
  async move(moving: Moving, { name, note }: Thing) {
    const { from, now, isBack } = moving;
    const kept = await findHold(from.clinic, name);
    const isHeld = kept?.hold.status === "held" && toMs(now) <= toMs(kept.hold.expiresAt);
    const gone = isBack ? [note()] : [];
    if (!isHeld || kept.hold.patient !== from.patient) return commitSome(gone);
    return commitAll([...handHoldOver(moving, kept, now), note()]).catch((error: unknown) => {
      if (isExpired(error)) return commitSome(gone);
      if (!isTheirs(moving, error)) throw error;
      return commitAll([...releasing(from.clinic, kept, now), ...gone]);
    });
  },
};

function isExpired(error: unknown): boolean {
  return error instanceof Refusal && error.code === "hold-expired";
}

/** How many steps of an appointment's history go in one transaction with it. */
const most = 80;

export const appointments = {
  each: (moving: Moving) => eachListed(moving, "apt"),
  /** Where the other has another at that time by now, it takes no time of theirs, as if staff had let it overlap. */
  async move(moving: Moving, { name, kept, note }: Thing) {
    const { now, isBack } = moving;
    const seen = await findTheirs(moving, name);
    if (!seen) return commitSome(isBack ? [note()] : []);
    const steps = await resealing(moving, name);
    while (steps.length > most) await commitAll(steps.splice(0, most));
    const { series } = seen.appointment;
    const along = [...steps, ...(series ? await handSeriesOver(moving, series) : [])];
    const overlapped = kept["overlapped"] ? undefined : seen.overlapsPatient;
    return commitAll([...handAppointmentOver(moving, seen, overlapped, now), ...along, note()]).catch(
      (error: unknown) => {
        if (!isTheirs(moving, error)) throw error;
        return commitAll([...handAppointmentOver(moving, seen, true, now), ...along, note({ overlapped: true })]);
      },
    );
  },
};

/** What is listed on a patient's days. */
async function* eachListed({ from }: Moving, kind: "apt" | "hld"): AsyncGenerator<string> {
  for await (const day of findDays(from.clinic, from.patient, "0", "9")) yield* idsOn(day, kind);
}

function idsOn(day: Day, kind: "apt" | "hld"): string[] {
  return listedOn(day, kind).map(({ id }) => id);
}

function isTheirs({ to }: Moving, error: unknown): boolean {
  return error instanceof SlotTaken && error.thing === to.patient;
}

async function commitSome(writes: readonly Write[]): Promise<void> {
  if (writes.length > 0) await commitAll(writes);
}
