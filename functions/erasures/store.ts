import { absent, put, update, type Write } from "../kernel/commit.ts";
import { type Instant, toInstant, toMs } from "../kernel/instant.ts";
import type { Keyring } from "../kernel/keyring.ts";
import { happened } from "../kernel/outbox.ts";
import { findPatientKey, findPatientKeys, openOf, type PatientKey, sealOf } from "../kernel/patient-keys.ts";
import { missing, refuse } from "../kernel/problem.ts";
import { get, type Item, keyOf, query } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import { dueAt } from "./due-store.ts";
import { type Erasure, type LegalHold, legallyHeld, type Step } from "./model.ts";

/*
 * An erasure lies in its clinic's list, its reason sealed with the patient's key. One row beside it tells how the patient
 * stands: the legal hold and the open erasure, so that the one cannot come between the other's decision and its write.
 */

export const erasureAt = (clinic: string, id: string) => keyOf("erasure", [clinic], id);
export const standingAt = (clinic: string, patient: string) => keyOf("erasure", [clinic, patient], "STANDING");

/** How long after its confirmation an erasure is carried out: by then every request that was under way has ended. */
const settling = 60_000;

/** An erasure from its row; the reason only with the patient's key. */
function erasureOf(item: Item, key: PatientKey | undefined): Erasure {
  const { id, patient, status, requestedBy, requestedAt, ...rest } = item as unknown as Erasure;
  const { confirmedBy, confirmedAt, erasedAt, done } = rest;
  const reason = key && item["sealed"] ? openOf<string>(key, "erasure", id, 1, item["sealed"]) : undefined;
  return { id, patient, status, reason, requestedBy, requestedAt, confirmedBy, confirmedAt, erasedAt, done };
}

/** An erasure without its reason, which takes no key. */
export async function findErasure(clinic: string, id: string): Promise<Erasure | undefined> {
  const item = await get(erasureAt(clinic, id));
  return item && erasureOf(item, undefined);
}

export async function findWithReason(keyring: Keyring, id: string): Promise<Erasure | undefined> {
  const item = await get(erasureAt(keyring.clinic, id));
  if (!item) return undefined;
  const patient = item["patient"] as string;
  return erasureOf(item, await findPatientKey(keyring, patient));
}

/** One page of a clinic's erasures, in the order of their ids. */
export async function findErasures(keyring: Keyring, after: string | undefined, limit: number) {
  const { clinic } = keyring;
  const partition = erasureAt(clinic, "");
  const { items, last } = await query(partition, { limit, after: after ? { pk: partition.pk, sk: after } : undefined });
  const patients = items.map((item) => item["patient"] as string);
  const keys = await findPatientKeys(keyring, patients);
  const erasures = items.map((item, n) => erasureOf(item, keys.get(patients[n] as string)));
  return { items: erasures, last: last?.["sk"] as string | undefined };
}

/** The writes that ask for an erasure; a patient has one open erasure at most, and none under a legal hold. */
export function requesting(key: PatientKey, { reason, ...plain }: Erasure): Write[] {
  const { clinic } = key;
  const { id, patient, requestedAt } = plain;
  const isNew = absent(() => new Error("there is an erasure of that id"));
  return [
    put(erasureAt(clinic, id), { ...plain, sealed: sealOf(key, "erasure", id, 1, reason) }, isNew),
    update(standingAt(clinic, patient), "SET erasure = :id", {
      condition: isFree,
      values: { ":id": id },
      lost: standsInTheWay,
    }),
    happened(clinic, "erasure.requested", { erasure: id, patient }, requestedAt),
  ];
}

/** That neither a legal hold, nor an erasure, nor a merge under way stands in the way. */
const isFree = "attribute_not_exists(erasure) AND attribute_not_exists(legalHold) AND attribute_not_exists(merging)";

function standsInTheWay(found: Item | undefined) {
  if (found?.["legalHold"]) return legallyHeld();
  if (found?.["erasure"]) return alreadyOpen(found["erasure"] as string);
  const existing = found?.["merging"] as string;
  return refuse("conflict", "merge-open", { detail: "That patient is being merged with another.", existing });
}

/** The write by which a patient is taken up by a merge, if nothing stands in the way. */
export function reserving(clinic: string, patient: string, merge: string): Write {
  const guard = { condition: isFree, values: { ":merge": merge }, lost: standsInTheWay };
  return update(standingAt(clinic, patient), "SET merging = :merge", guard);
}

export function freeing(clinic: string, patient: string): Write {
  return update(standingAt(clinic, patient), "REMOVE merging", { condition: "", lost: () => new ReadChanged() });
}

export function alreadyOpen(existing: string) {
  return refuse("conflict", "erasure-open", { detail: "That patient's erasure was asked for already.", existing });
}

/** The write that brings an erasure to its next state. */
function moving(clinic: string, { id, confirmedBy, confirmedAt, status }: Erasure): Write {
  const set = `SET #status = :status${confirmedBy ? ", confirmedBy = :by, confirmedAt = :at" : ""}`;
  return update(erasureAt(clinic, id), set, {
    condition: "#status = :requested",
    names: { "#status": "status" },
    values: {
      ":status": status,
      ":requested": "requested",
      ...(confirmedBy ? { ":by": confirmedBy, ":at": confirmedAt } : {}),
    },
    lost: () => new ReadChanged(),
  });
}

export function withdrawing(clinic: string, next: Erasure, now: Instant): Write[] {
  const { id, patient } = next;
  return [
    moving(clinic, next),
    update(standingAt(clinic, patient), "REMOVE erasure", { condition: "", lost: () => new ReadChanged() }),
    happened(clinic, "erasure.withdrawn", { erasure: id, patient }, now),
  ];
}

/** The writes of the confirmation, beside the patient's going: from then on it will be carried out, whatever happens. */
export function confirming(clinic: string, next: Erasure, now: Instant): Write[] {
  const { id, patient } = next;
  const due = dueAt(clinic, id, toInstant(toMs(now) + settling));
  return [
    moving(clinic, next),
    update(standingAt(clinic, patient), "SET confirmed = :now", {
      condition: "erasure = :id AND attribute_not_exists(legalHold)",
      values: { ":now": now, ":id": id },
      lost: () => legallyHeld(),
    }),
    put(due, { clinic, erasure: id }),
    happened(clinic, "erasure.confirmed", { erasure: id, patient }, now),
  ];
}

/** The writes that place a legal hold, or give it another reason. */
export function holding(key: PatientKey, { reason, by, at }: LegalHold): Write[] {
  const { clinic, patient } = key;
  const sealed = sealOf(key, "legal-hold", patient, 1, reason);
  return [
    update(standingAt(clinic, patient), "SET legalHold = :hold", {
      // A confirmed erasure is past recall, and its patient not there any more.
      condition: "attribute_not_exists(confirmed)",
      values: { ":hold": { by, at, sealed } },
      lost: missing,
    }),
    happened(clinic, "legal-hold.placed", { patient }, at),
  ];
}

export function lifting(clinic: string, patient: string, now: Instant): Write[] {
  return [
    update(standingAt(clinic, patient), "REMOVE legalHold", {
      condition: "attribute_exists(legalHold)",
      lost: missing,
    }),
    happened(clinic, "legal-hold.lifted", { patient }, now),
  ];
}

/** The write that says a step is done, so that an interrupted erasure goes on after it. */
export function noting(clinic: string, { id, done }: Erasure, step: Step): Write {
  return update(erasureAt(clinic, id), "SET done = :done", {
    condition: "#status = :confirmed",
    names: { "#status": "status" },
    values: { ":done": [...done, step], ":confirmed": "confirmed" },
    lost: () => new ReadChanged(),
  });
}
