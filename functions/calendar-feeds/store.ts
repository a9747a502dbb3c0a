import { createHash } from "node:crypto";
import { dayOf, listedOn } from "../appointments/day-book.ts";
import { findDays } from "../appointments/day-book-store.ts";
import type { Appointment } from "../appointments/model.ts";
import { appointmentAt } from "../appointments/store.ts";
import type { Shown } from "../calendar/model.ts";
import { absent, put, remove, update, type Write } from "../kernel/commit.ts";
import { type Interval, overlaps } from "../kernel/instant.ts";
import { happened } from "../kernel/outbox.ts";
import { type Between, patientKeyAt } from "../kernel/patient-keys.ts";
import { missing } from "../kernel/problem.ts";
import { get, getAll, type Item, keyOf, query } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import { patientAt } from "../patients/store.ts";
import { practitionerAt } from "../practitioners/store.ts";
import { type CalendarFeed, ownerOf } from "./model.ts";

/** A feed as it lies in the table: of its secret there is the hash, which finds it and gives nothing away. */
export interface KeptFeed {
  feed: CalendarFeed;
  hash: string;
}

const feedAt = (clinic: string, id: string) => keyOf("feed", [clinic], id);
export const ownAt = (clinic: string, owner: string, id: string) => keyOf("feed", [clinic, owner], id);
const secretAt = (hash: string) => keyOf("feed", [hash], "FEED");

/** 256 random bits cannot be tried out, so a plain SHA-256 of them hides them: no salt, no slow hash. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

export async function findFeed(clinic: string, id: string): Promise<KeptFeed | undefined> {
  const item = await get(feedAt(clinic, id));
  return item && { feed: feedOf(item), hash: item["hash"] as string };
}

/** The feed that a secret opens, and its clinic. */
export async function findBySecret(secret: string): Promise<{ feed: CalendarFeed; clinic: string } | undefined> {
  const item = await get(secretAt(hashOf(secret)));
  return item && { feed: feedOf(item), clinic: item["clinic"] as string };
}

/** One page of a clinic's feeds, or of one person's, in the order of their ids. */
export async function findFeeds(clinic: string, owner: string | undefined, after: string | undefined, limit: number) {
  const partition = owner ? ownAt(clinic, owner, "") : feedAt(clinic, "");
  const { items, last } = await query(partition, { limit, after: after ? { pk: partition.pk, sk: after } : undefined });
  return { items: items.map(feedOf), last: last?.["sk"] as string | undefined };
}

function feedOf(item: Item): CalendarFeed {
  const { id, patient, practitioner, createdAt } = item as unknown as CalendarFeed;
  return { id, patient, practitioner, createdAt };
}

/** The writes that make a feed: in the clinic's list, in its owner's, and where its secret leads. */
export function adding(clinic: string, { feed, hash }: KeptFeed): Write[] {
  const taken = absent(() => new Error("there is a feed of that id or secret"));
  return [
    put(feedAt(clinic, feed.id), { ...feed, hash }, taken),
    put(ownAt(clinic, ownerOf(feed), feed.id), { ...feed }, taken),
    put(secretAt(hash), { ...feed, clinic }, taken),
    happened(clinic, "calendar-feed.added", { feed: feed.id }, feed.createdAt),
  ];
}

/** The writes that revoke a feed. */
export function removing(clinic: string, { feed, hash }: KeptFeed, now: string): Write[] {
  return [
    remove(feedAt(clinic, feed.id), {
      condition: "patient = :owner OR practitioner = :owner",
      values: { ":owner": ownerOf(feed) },
      lost: missing,
    }),
    remove(ownAt(clinic, ownerOf(feed), feed.id)),
    remove(secretAt(hash)),
    happened(clinic, "calendar-feed.removed", { feed: feed.id }, now),
  ];
}

/** The writes that make a patient's feed another's: under its address are that other's appointments from then on. */
export function handingOver({ from, to }: Between, { feed, hash }: KeptFeed): Write[] {
  const { clinic } = from;
  const theirs = {
    condition: "patient = :from",
    values: { ":from": from.patient, ":to": to.patient },
    lost: () => new ReadChanged(),
  };
  return [
    update(feedAt(clinic, feed.id), "SET patient = :to", theirs),
    update(secretAt(hash), "SET patient = :to", theirs),
    remove(ownAt(clinic, from.patient, feed.id)),
    put(ownAt(clinic, to.patient, feed.id), { ...feed, patient: to.patient }),
  ];
}

/** Whether a feed's owner is there and active; a patient whose key was destroyed no longer is. */
export async function isOwnerActive(clinic: string, feed: CalendarFeed): Promise<boolean> {
  const owner = ownerOf(feed);
  const keys = feed.patient ? [patientAt(clinic, owner), patientKeyAt(clinic, owner)] : [practitionerAt(clinic, owner)];
  const rows = await getAll(keys);
  return !rows.includes(undefined) && rows[0]?.["active"] === true;
}

/** The most that a feed shows; it bounds a read to 8 queries of the day-book and 20 batches of appointments. */
const most = 2000;

/** The appointments listed for a person within a stretch of time, the earliest first; none of it needs a key to open. */
export async function findShown(clinic: string, owner: string, within: Interval): Promise<Shown[]> {
  const ids: string[] = [];
  for await (const day of findDays(clinic, owner, dayOf(within.start), dayOf(within.end))) {
    ids.push(...listedOn(day).flatMap((listed) => (overlaps(listed, within) ? listed.id : [])));
    if (ids.length >= most) break;
  }
  const rows = await getAll(ids.slice(0, most).map((id) => appointmentAt(clinic, id)));
  return rows.flatMap((row) => (row ? shownOf(row as unknown as Appointment) : []));
}

function shownOf({ id, start, end, status, sequence, updatedAt }: Appointment): Shown {
  return { id, start, end, status, sequence, updatedAt };
}
