import type { Hold } from "../holds/model.ts";
import { absent, asRead, type Guard, put, remove, update, type Write } from "../kernel/commit.ts";
import { type Instant, sortable, toMs } from "../kernel/instant.ts";
import { happened } from "../kernel/outbox.ts";
import { refuse } from "../kernel/problem.ts";
import { get, type Item, type Key, keyOf } from "../kernel/table.ts";
import type { Entry, KeptEntry } from "./model.ts";

/*
 * An entry lies in its clinic's list. While it waits, a copy lies in the clinic's queue, by service and rank, which is
 * what is read when time comes free. Whose it is, is told by a row of the patient's, beside the count of those not over.
 */

export const entryAt = (clinic: string, id: string) => keyOf("waitlist", [clinic], id);
export const ownAt = (clinic: string, patient: string, id: string) => keyOf("waitlist", [clinic, patient], id);
const countAt = (clinic: string, patient: string) => keyOf("waitlist", [clinic, patient], "COUNT");

/** The clinic's queue: by service, then the higher priority, then the older. */
export const queueOf = (clinic: string) => keyOf("waitlist", [clinic, "QUEUE"], "");

export function queueAt(clinic: string, { service, priority, createdAt, id }: Entry): Key {
  return { ...queueOf(clinic), sk: [service, 9 - priority, sortable(createdAt), id].join("#") };
}

/** Where it is told when an entry is to be looked at again: all clinics' in one order. */
export function dueItemAt(clinic: string, id: string, due: Instant): Key {
  return keyOf("due", ["WAITLIST"], [sortable(due), clinic, id].join("#"));
}

/** How many entries of one patient may wait at once, and how long one that is over is kept, in days. */
const most = 20;
const kept = 366;

export async function findEntry(clinic: string, id: string): Promise<KeptEntry | undefined> {
  const item = await get(entryAt(clinic, id));
  return item && entryOf(item);
}

/** An entry from its row, or from its copy in the queue. */
export function entryOf(item: Item): KeptEntry {
  const { id, status, patient, service, practitioners, from, to, weekdays, hours, timeZone, ...rest } =
    item as unknown as Entry & Pick<KeptEntry, "refused" | "dueAt">;
  const { priority, offer, appointment, version, createdAt, updatedAt, refused, dueAt } = rest;
  const wished = { patient, service, practitioners, from, to, weekdays, hours, timeZone, priority };
  const state = { offer, appointment, version, createdAt, updatedAt };
  return { entry: { id, status, ...wished, ...state }, refused, dueAt };
}

export function isOpen({ status }: Entry): boolean {
  return status === "waiting" || status === "offered";
}

export function rowOf({ entry, refused, dueAt }: KeptEntry) {
  const expires = isOpen(entry) ? undefined : expiryAfter(entry.updatedAt);
  return { ...entry, refused, dueAt, expires };
}

function expiryAfter(end: Instant): number {
  return Math.ceil(toMs(end) / 1000) + kept * 86_400;
}

/** The writes that put an entry on the list. */
export function adding(clinic: string, next: KeptEntry): Write[] {
  const { id, patient, createdAt } = next.entry;
  const taken = absent(() => new Error("there is an entry of that id"));
  return [
    put(entryAt(clinic, id), rowOf(next), taken),
    put(ownAt(clinic, patient, id), {}, taken),
    counting(clinic, patient, 1),
    put(queueAt(clinic, next.entry), rowOf(next), taken),
    ...telling(clinic, next),
    happened(clinic, "waitlist.added", { waitlist: id }, createdAt),
  ];
}

/** The writes that bring an entry from one version to the next, if nobody was quicker; `lost` is what they throw then. */
export function changing(
  clinic: string,
  seen: KeptEntry,
  next: KeptEntry,
  event: `waitlist.${string}`,
  lost: Guard["lost"],
): Write[] {
  const { id, patient, offer, updatedAt } = next.entry;
  const hold = (offer ?? seen.entry.offer)?.hold;
  return [
    put(entryAt(clinic, id), rowOf(next), asRead(seen.entry.version, patient, lost)),
    ...(seen.entry.status === "waiting" ? [remove(queueAt(clinic, seen.entry))] : []),
    ...(next.entry.status === "waiting" ? [put(queueAt(clinic, next.entry), rowOf(next))] : []),
    ...(isOpen(next.entry) ? telling(clinic, next) : [counting(clinic, patient, -1)]),
    happened(clinic, event, { waitlist: id, ...(hold ? { hold } : {}) }, updatedAt),
  ];
}

/** Says when the entry is to be looked at again. What was said before stays, and is found out of date by then. */
function telling(clinic: string, { entry, dueAt }: KeptEntry): Write[] {
  if (!dueAt) return [];
  const about = { clinic, waitlist: entry.id, due: dueAt, expires: expiryAfter(dueAt) };
  return [put(dueItemAt(clinic, entry.id, dueAt), about)];
}

/** The writes that put an entry's next look off, which is nobody's business: its version stays. */
export function puttingOff(clinic: string, seen: KeptEntry, next: Instant, lost: Guard["lost"], now: Instant): Write[] {
  const { id, version } = seen.entry;
  const isAsSeen = {
    condition: "version = :seen AND dueAt = :due",
    values: { ":seen": version, ":due": seen.dueAt, ":next": next },
    lost,
  };
  return [
    update(entryAt(clinic, id), "SET dueAt = :next", isAsSeen),
    ...telling(clinic, { ...seen, dueAt: next }),
    happened(clinic, "waitlist.due", { waitlist: id }, now),
  ];
}

/** The write that counts a patient's entries which are not over; who begins to wait must not be in too many. */
export function counting(clinic: string, patient: string, by: 1 | -1, isLimited = by > 0): Write {
  const guard = isLimited ? "NOT n >= :most" : "";
  return update(countAt(clinic, patient), "ADD n :by", {
    condition: guard,
    values: { ":by": by, ...(guard ? { ":most": most } : {}) },
    lost: () => refuse("conflict", "too-many-waiting", `A patient may wait in ${most} entries at once.`),
  });
}

/** The writes by which an entry's offer becomes its appointment. They read nothing: the offer must still be this hold. */
export function accepting(
  clinic: string,
  { id: hold, waitlist, patient }: Hold,
  appointment: string,
  now: Instant,
  lost: Guard["lost"],
): Write[] {
  if (!waitlist || !patient) return [];
  const set =
    "SET #status = :booked, appointment = :appointment, version = version + :one, updatedAt = :now, #expires = :expires";
  const isOffered = {
    condition: "#status = :offered AND offer.#hold = :hold AND patient = :patient",
    names: { "#status": "status", "#hold": "hold", "#expires": "expires" },
    values: {
      ":booked": "booked",
      ":offered": "offered",
      ":appointment": appointment,
      ":hold": hold,
      ":patient": patient,
      ":one": 1,
      ":now": now,
      ":expires": expiryAfter(now),
    },
    lost,
  };
  return [
    update(entryAt(clinic, waitlist), `${set} REMOVE offer, dueAt`, isOffered),
    counting(clinic, patient, -1),
    happened(clinic, "waitlist.booked", { waitlist, hold, appointment }, now),
  ];
}
