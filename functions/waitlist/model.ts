import type * as z from "zod/mini";
import { type Instant, toInstant, toMs } from "../kernel/instant.ts";
import { refuse } from "../kernel/problem.ts";
import type { add as addRoute, entry } from "./routes.ts";

export type Entry = z.output<typeof entry>;
type EntryFields = z.output<NonNullable<typeof addRoute.body>>;
type Offer = NonNullable<Entry["offer"]>;

/** An entry with what the clinic remembers of it besides. */
export interface KeptEntry {
  entry: Entry;
  /** Starts that it declined or let lapse: they are not offered to it again. */
  refused: readonly Instant[];
  /** When it must be looked at again, whatever happens: an offer's lapse, the end of waiting, or simply the next day. */
  dueAt: Instant | undefined;
}

/** How many refused starts an entry remembers. */
const mostRefused = 50;
const minute = 60_000;
const dayMs = 86_400_000;
/** The least time somebody is given to accept. */
const shortestOffer = 5 * minute;

export function add(fields: EntryFields, { id, now }: { id: Entry["id"]; now: Instant }): KeptEntry {
  const { patient, service, practitioners, from, to, weekdays, hours, timeZone, priority = 0 } = fields;
  const wished = { patient, service, practitioners, from, to, weekdays, hours, timeZone, priority };
  const entry: Entry = { id, status: "waiting", ...wished, version: 1, createdAt: now, updatedAt: now };
  return { entry, refused: [], dueAt: nextLook(entry, now) };
}

/**
 * An entry is looked at again a day later at the latest: what no event tells (a horizon that moved on, a hold that nobody
 * confirmed, an event that was lost for good) is found then.
 */
export function nextLook({ to }: Pick<Entry, "to">, now: Instant): Instant {
  return toInstant(Math.min(toMs(to), toMs(now) + dayMs));
}

/** The earliest start that can be offered now: beyond the notice that a booking needs, with time left to accept. */
export function earliestOffer(noticeMinutes: number | undefined, now: Instant): number {
  return toMs(now) + (noticeMinutes ?? 0) * minute + shortestOffer;
}

/** Until when an offer stands: so many minutes, but no longer than the time could still be booked. */
export function lapseOf(
  start: Instant,
  { offerMinutes = 60, noticeMinutes = 0 }: { offerMinutes?: number | undefined; noticeMinutes?: number | undefined },
  now: Instant,
): Instant {
  return toInstant(Math.min(toMs(now) + offerMinutes * minute, toMs(start) - noticeMinutes * minute));
}

export function offer({ entry, refused }: KeptEntry, offered: Offer, now: Instant): KeptEntry {
  return { entry: { ...advanced(entry, now), status: "offered", offer: offered }, refused, dueAt: offered.expiresAt };
}

/** The entry after its offer was declined or has lapsed: it waits on, or is over where its time has passed. */
export function reopen({ entry, refused }: KeptEntry, now: Instant): KeptEntry {
  const { offer: ended, ...rest } = advanced(entry, now);
  const isOver = toMs(entry.to) <= toMs(now);
  return {
    entry: { ...rest, status: isOver ? "expired" : "waiting" },
    refused: ended ? [...refused, ended.start].slice(-mostRefused) : refused,
    dueAt: isOver ? undefined : nextLook(entry, now),
  };
}

/** The entry that is over without an appointment: its patient left, or its time has passed. */
export function end({ entry, refused }: KeptEntry, status: "cancelled" | "expired", now: Instant): KeptEntry {
  if (entry.status !== "waiting" && entry.status !== "offered") {
    const detail = `An entry that is ${entry.status} cannot become ${status}.`;
    throw refuse("conflict", "illegal-transition", { detail, from: entry.status, to: status });
  }
  const { offer: ended, ...rest } = advanced(entry, now);
  return { entry: { ...rest, status }, refused, dueAt: undefined };
}

function advanced(entry: Entry, now: Instant): Entry {
  return { ...entry, version: entry.version + 1, updatedAt: now };
}
