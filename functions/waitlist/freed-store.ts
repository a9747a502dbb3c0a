import { findMove } from "../appointments/moves-store.ts";
import { findHold } from "../holds/store.ts";
import { type Instant, type Interval, toMs } from "../kernel/instant.ts";
import type { Happening } from "../kernel/worker.ts";
import { findEntry } from "./store.ts";

/** Where time may have come free: starts within a stretch, of one practitioner or service where only theirs can have. */
export interface Freed {
  within: Interval;
  practitioner?: string | undefined;
  service?: string | undefined;
}

const minute = 60_000;
/**
 * How far from the start of what is gone a start can lie that it stood in the way of: the longest appointment with its
 * buffers, or, where a service admits only so many a day, the longest local day.
 */
const reach = 26 * 60 * minute;
const anyTime: Interval = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

/** Where an event may have freed time; undefined if what it names is gone. It may have been dealt with before, or wrongly. */
export async function findFreed({ clinic, about }: Happening): Promise<Freed | undefined> {
  const { appointment, version, hold, waitlist, practitioner, service } = about as Record<string, string | undefined>;
  // What an appointment gave up is told by the step before: by now it may be anywhere.
  if (appointment) return around(await findMove(clinic, appointment, Number(version) - 1));
  if (hold) return around((await findHold(clinic, hold))?.hold);
  if (waitlist) return wishedBy(clinic, waitlist);
  return { within: anyTime, practitioner, service };
}

function around(gone: { start: Instant; practitioner: string } | undefined): Freed | undefined {
  if (!gone) return undefined;
  const start = toMs(gone.start);
  return { within: { start: start - reach, end: start + reach }, practitioner: gone.practitioner };
}

/** For whoever begins to wait, or is looked at again, all that is open counts; those before them in the queue come first. */
async function wishedBy(clinic: string, id: string): Promise<Freed | undefined> {
  const { entry } = (await findEntry(clinic, id)) ?? {};
  if (entry?.status !== "waiting") return undefined;
  return { within: { start: toMs(entry.from), end: toMs(entry.to) }, service: entry.service };
}
