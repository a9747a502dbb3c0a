import { freeing, reserving, standingAt } from "../erasures/store.ts";
import { absent, put, remove, update, type Write } from "../kernel/commit.ts";
import { type Instant, toInstant, toMs } from "../kernel/instant.ts";
import type { Keyring } from "../kernel/keyring.ts";
import { tombstoneAt } from "../kernel/merged.ts";
import { happened } from "../kernel/outbox.ts";
import { closedKeyAt, openOf, type PatientKey, patientKey, patientKeyAt, sealOf } from "../kernel/patient-keys.ts";
import { get, getAll, type Item, type Key, keyOf } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import { attendanceAt } from "../patients/attendance-store.ts";
import { claimingNumber } from "../patients/index-store.ts";
import { closing, type Opened, openPatient, reopening } from "../patients/store.ts";
import { dueAt } from "./due-store.ts";
import type { Merge, Step } from "./model.ts";

/*
 * A merge lies in its clinic's list, its reason sealed with the key of whoever is there no more. Beside it: with that
 * patient, into whom they were merged and what they were (`INTO`); with the one who stays, who became them (`FROM#`).
 */

export const mergeAt = (clinic: string, id: string) => keyOf("merge", [clinic], id);
export const mergedIntoAt = (clinic: string, into: string, from: string) =>
  keyOf("merge", [clinic, into], `FROM#${from}`);

/** How long after its beginning a merge is carried out: by then every request that was under way has ended. */
const settling = 60_000;

/** A merge without what is sealed of it. */
export async function findMerge(clinic: string, id: string): Promise<Merge | undefined> {
  const item = await get(mergeAt(clinic, id));
  return item && plainOf(item);
}

function plainOf(item: Item): Merge {
  const { id, from, into, status, by, at, undoUntil, done } = item as unknown as Merge;
  return { id, from, into, status, by, at, undoUntil, done };
}

/** The two patients of a merge: the key of each, and whoever is there no more as they were. */
export interface Both {
  gone: Opened | undefined;
  goneKey: PatientKey | undefined;
  staying: PatientKey | undefined;
}

export async function findBoth(keyring: Keyring, { from, into }: Merge): Promise<Both> {
  const { clinic } = keyring;
  const keys = [tombstoneAt(clinic, from), closedKeyAt(clinic, from), patientKeyAt(clinic, from)];
  const [row, closed, open, staying] = await getAll([...keys, patientKeyAt(clinic, into)]);
  return {
    gone: openPatient(keyring, from, row, closed),
    goneKey: patientKey(keyring, from, closed ?? open),
    staying: patientKey(keyring, into, staying),
  };
}

/** A merge with all that can be told of it. */
export async function findWhole(keyring: Keyring, id: string): Promise<{ merge: Merge; both: Both } | undefined> {
  const item = await get(mergeAt(keyring.clinic, id));
  if (!item) return undefined;
  const both = await findBoth(keyring, plainOf(item));
  const reason = both.goneKey && openOf<string>(both.goneKey, "merge", id, 1, item["sealed"]);
  return { merge: { ...plainOf(item), reason, was: both.gone?.patient }, both };
}

/** The writes that begin a merge: from then on there is no such patient, and what is theirs will be the other's. */
export function beginning(keyring: Keyring, gone: Opened, merge: Merge): Write[] {
  const { clinic } = keyring;
  const { id, from, into, at: now } = merge;
  const { reason, ...plain } = merge;
  const changed = () => new ReadChanged();
  const { writes, row } = closing(keyring, gone, changed);
  const isNew = absent(() => new Error("there is a merge of that id"));
  return [
    ...[from, into].map((patient) => reserving(clinic, patient, id)),
    ...writes,
    put(tombstoneAt(clinic, from), { ...row, into, merge: id }, absent(changed)),
    put(mergedIntoAt(clinic, into, from), { merge: id }),
    put(mergeAt(clinic, id), { ...plain, sealed: sealOf(gone.key, "merge", id, 1, reason) }, isNew),
    put(dueAt(clinic, id, toInstant(toMs(now) + settling)), { clinic, merge: id }),
    happened(clinic, "patient.merged", { merge: id, patient: from, into }, now),
  ];
}

/** The writes that begin to undo a merge; the record number is kept for whoever is to be found by it again. */
export function undoing(keyring: Keyring, gone: Opened, { id, from, into }: Merge, now: Instant): Write[] {
  const { clinic } = keyring;
  return [
    ...[from, into].map((patient) => reserving(clinic, patient, id)),
    becoming(clinic, { id, from: "merged", to: "undoing" }),
    ...claimingNumber(keyring, from, gone.patient),
    put(dueAt(clinic, id, now), { clinic, merge: id }),
    happened(clinic, "patient.unmerging", { merge: id, patient: from, into }, now),
  ];
}

/** The writes that end a merge, once all has been handed over. */
export function finishing(clinic: string, { id, from, into }: Merge, due: Key): Write[] {
  return [
    becoming(clinic, { id, from: "moving", to: "merged" }),
    remove(attendanceAt(clinic, from)),
    remove(standingAt(clinic, from)),
    freeing(clinic, into),
    remove(due),
  ];
}

/** The writes that end its undoing: whoever was there no more is back. */
export function restoring(keyring: Keyring, gone: Opened, { id, from, into }: Merge, due: Key, now: Instant): Write[] {
  const { clinic } = keyring;
  return [
    becoming(clinic, { id, from: "undoing", to: "undone" }),
    ...reopening(keyring, gone),
    remove(tombstoneAt(clinic, from)),
    remove(mergedIntoAt(clinic, into, from)),
    ...[from, into].map((patient) => freeing(clinic, patient)),
    remove(due),
    happened(clinic, "patient.unmerged", { merge: id, patient: from, into }, now),
  ];
}

function becoming(clinic: string, { id, from, to }: { id: string; from: Merge["status"]; to: Merge["status"] }): Write {
  return update(mergeAt(clinic, id), `SET #status = :to${to === "undoing" ? ", done = :none" : ""}`, {
    condition: "#status = :from",
    names: { "#status": "status" },
    values: { ":from": from, ":to": to, ...(to === "undoing" ? { ":none": [] } : {}) },
    lost: () => new ReadChanged(),
  });
}

/** The write that says a step is done, so that an interrupted merge goes on after it. */
export function noting(clinic: string, { id, status, done }: Merge, step: Step): Write {
  return update(mergeAt(clinic, id), "SET done = :done", {
    condition: "#status = :status AND size(done) = :before",
    names: { "#status": "status" },
    values: { ":done": [...done, step], ":status": status, ":before": done.length },
    lost: () => new ReadChanged(),
  });
}
