import { endingAll, relationAt } from "../access/store.ts";
import { listedOn } from "../appointments/day-book.ts";
import { aheadAt, findDays } from "../appointments/day-book-store.ts";
import { cancel } from "../appointments/model.ts";
import { mayFollow } from "../appointments/states.ts";
import { changing } from "../appointments/store.ts";
import { findFeed, findFeeds, removing } from "../calendar-feeds/store.ts";
import { consentAt } from "../consents/store.ts";
import { deleteAllFiles } from "../documents/erasing-store.ts";
import { documentAt } from "../documents/store.ts";
import { deleteAllExports } from "../exports/erasing-store.ts";
import { findHold, holdAt, placesAt, releasing } from "../holds/store.ts";
import { entryBySystem } from "../kernel/audit.ts";
import { clear, few } from "../kernel/clear.ts";
import { commitAll, remove, type Write } from "../kernel/commit.ts";
import { unmarking } from "../kernel/identifier.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import type { Keyring } from "../kernel/keyring.ts";
import type { PatientKey } from "../kernel/patient-keys.ts";
import { type Key, query } from "../kernel/table.ts";
import { ReadChanged, tryAgain } from "../kernel/try-again.ts";
import { leaving } from "../members/store.ts";
import { forgetMergedInto } from "../merges/erasing-store.ts";
import { recordAt, recordOf } from "../records/store.ts";
import { findVisits } from "../series/store.ts";
import { leavingList } from "../waitlist/leaving-store.ts";
import { end } from "../waitlist/model.ts";
import { entryAt, findEntry, ownAt } from "../waitlist/store.ts";
import type { Erasure, Step } from "./model.ts";

/** What is being erased, as of when. */
export interface Erasing {
  keyring: Keyring;
  key: PatientKey;
  erasure: Erasure;
  now: Instant;
}

/**
 * What is taken apart before the key goes, in this order: a hold may belong to the waitlist, and may yet become an
 * appointment; what an appointment or entry is marked by is found by opening it; the day-book tells of holds and appointments.
 * Each step finds nothing left to do where it was done before.
 */
export const steps: readonly [Step, (erasing: Erasing) => Promise<void>][] = [
  ["waitlist", leaveWaitlist],
  ["holds", releaseHolds],
  ["appointments", cancelAppointments],
  ["records", forgetRecords],
  ["exports", forgetExports],
  ["documents", forgetDocuments],
  ["calendar-feeds", revokeFeeds],
  ["access", endAccess],
  ["day-book", forgetDays],
  ["merges", ({ key }) => forgetMergedInto(key.clinic, key.patient)],
];

async function leaveWaitlist({ key: { clinic, patient }, now }: Erasing): Promise<void> {
  const lost = () => new ReadChanged();
  for await (const { sk: id } of rowsOf(ownAt(clinic, patient, ""), { from: "wtl_", to: "wtl_~" })) {
    await tryAgain(async () => {
      const seen = await findEntry(clinic, id);
      if (seen?.entry.status !== "waiting" && seen?.entry.status !== "offered") return;
      await commitAll(await leavingList(clinic, seen, end(seen, "cancelled", now), { now, lost }));
    });
    await commitAll([remove(entryAt(clinic, id)), remove(ownAt(clinic, patient, id))]);
  }
}

async function releaseHolds({ key: { clinic, patient }, now }: Erasing): Promise<void> {
  for await (const day of findDays(clinic, patient, "0", "9")) {
    for (const { id } of listedOn(day, "hld")) {
      const kept = await findHold(clinic, id);
      const isHeld = kept?.hold.status === "held" && toMs(now) <= toMs(kept.hold.expiresAt);
      if (kept && isHeld) await commitAll(releasing(clinic, kept, now));
      await commitAll([remove(holdAt(clinic, id))]);
    }
  }
}

/** Calls off what lies ahead, in the name of who confirmed the erasure, and lets go of every appointment's identifier. */
async function cancelAppointments({ keyring, key, erasure, now }: Erasing): Promise<void> {
  const { clinic, patient } = key;
  const by = { user: erasure.confirmedBy ?? "", clinic, role: "privacy-officer" } as const;
  for await (const day of findDays(clinic, patient, "0", "9")) {
    const opened = await findVisits(
      key,
      listedOn(day).map(({ id }) => id),
    );
    const ahead = opened.filter(
      ({ visit: { appointment } }) => toMs(appointment.start) > toMs(now) && mayFollow(appointment.status, "cancelled"),
    );
    for (const seen of ahead) {
      const entry = entryBySystem(
        clinic,
        "appointment.cancel",
        subjectOf(patient, seen.visit.appointment.id),
        causeOf(erasure, now),
      );
      await commitAll([...changing(clinic, seen, cancel(seen.visit, undefined, now), by), entry]);
    }
    await commitSome(
      await unmarking(
        keyring,
        "appointment",
        opened.map(({ visit }) => visit.appointment),
      ),
    );
  }
}

async function forgetRecords({ keyring, key }: Erasing): Promise<void> {
  const { clinic, patient } = key;
  for (;;) {
    const { items } = await query(recordAt(clinic, patient, ""), { limit: few });
    if (items.length === 0) return;
    const entries = items.filter(({ sk }) => sk.startsWith("rec_")).map((item) => recordOf(key, item));
    const marks = await unmarking(keyring, "record", entries);
    await commitAll([...marks, ...items.map(({ sk }) => remove(recordAt(clinic, patient, sk)))]);
  }
}

async function forgetExports({ key: { clinic, patient } }: Erasing): Promise<void> {
  await deleteAllExports(clinic, patient);
}

/** The files first: their rows are what tells of them. S3 encrypts them by a key of its own, which stays. */
async function forgetDocuments({ key: { clinic, patient } }: Erasing): Promise<void> {
  await deleteAllFiles({ clinic, patient });
  await clear(documentAt(clinic, patient, ""));
}

async function revokeFeeds({ key: { clinic, patient }, now }: Erasing): Promise<void> {
  for (;;) {
    const { items } = await findFeeds(clinic, patient, undefined, few);
    if (items.length === 0) return;
    for (const { id } of items) {
      const kept = await findFeed(clinic, id);
      if (kept) await commitAll(removing(clinic, kept, now));
    }
  }
}

/** Who could see them, what they agreed to, and their own place in the clinic. */
async function endAccess({ key: { clinic, patient } }: Erasing): Promise<void> {
  await commitSome(await endingAll(clinic, patient));
  await clear(relationAt(clinic, patient, ""));
  await clear(consentAt(clinic, patient, "research"));
  await commitSome(await leaving(clinic, patient));
}

async function forgetDays({ key: { clinic, patient } }: Erasing): Promise<void> {
  await clear(aheadAt(clinic, patient));
  await clear(placesAt(clinic, patient));
  await clear(ownAt(clinic, patient, ""));
}

async function* rowsOf(partition: Key, range: { from: string; to: string }) {
  for (;;) {
    const { items } = await query(partition, { ...range, limit: few });
    if (items.length === 0) return;
    yield* items;
  }
}

async function commitSome(writes: readonly Write[]): Promise<void> {
  for (let from = 0; from < writes.length; from += 100) await commitAll(writes.slice(from, from + 100));
}

function subjectOf(patient: string, target: string) {
  return { patient, target };
}

function causeOf({ id }: Erasure, at: Instant) {
  return { at, cause: id };
}
