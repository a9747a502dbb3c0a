import type * as z from "zod/mini";
import type { label } from "../access/routes.ts";
import type { Relation } from "../access/rules.ts";
import type { consent } from "../consents/routes.ts";
import { type Instant, toInstant, toMs } from "../kernel/instant.ts";
import { refuse } from "../kernel/problem.ts";
import type { read, request as requestRoute } from "./routes.ts";

export type Export = z.output<NonNullable<typeof read.answer.schema>>;
export type ExportFields = z.output<NonNullable<typeof requestRoute.body>>;

type Consent = z.output<typeof consent>;

/** How far whoever asked for an export sees into the patient's data. */
export interface Sight {
  user: string;
  relation: Relation;
  labels: readonly z.output<typeof label>[] | "all";
}

/** An export with what the clinic remembers of it besides. */
export interface KeptExport {
  /** As it was when its row was last written: whether it has expired is told by the date. */
  export: Export;
  sight: Sight;
  /** How often its writing was begun. */
  attempts: number;
  /** Until when whoever writes it is taken to be at work (ms since 1970). */
  heldUntil?: number | undefined;
}

/** How long an archive is kept, in milliseconds; the bucket's lifecycle drops it after as many days. */
const lasting = 7 * 86_400_000;
/** How many exports of a patient there may be that have not expired: each costs the reading of all their data. */
const most = 10;
/** How often an archive is begun before it is given up. */
const mostAttempts = 5;
/** For how long whoever writes an archive may be silent before another takes over, in milliseconds. */
const silence = 5 * 60_000;

export function request(
  { purpose, recipient, timeZone }: ExportFields,
  { user, relation, labels }: Sight,
  { id, patient, now }: Pick<Export, "id" | "patient"> & { now: Instant },
): KeptExport {
  const expiresAt = toInstant(toMs(now) + lasting);
  const progress = { done: 0, of: 0 };
  const asked = { id, patient, purpose, recipient, timeZone, status: "queued", progress } as const;
  return { export: { ...asked, requestedAt: now, expiresAt }, sight: { user, relation, labels }, attempts: 0 };
}

/** Refuses (409) one export too many; given when those expire that were asked for. */
export function mustBeFew(expiries: readonly Instant[], now: Instant): void {
  if (expiries.filter((at) => toMs(at) > toMs(now)).length < most) return;
  throw refuse("conflict", "too-many-exports", `There are ${most} of this patient that have not expired.`);
}

/** What a patient must have agreed to, each on its own, for an export of that purpose. */
export function neededFor({ purpose }: Pick<Export, "purpose">): Consent["purpose"][] {
  if (purpose === "access") return [];
  return purpose === "research" ? ["sharing", "research"] : ["sharing"];
}

export function isAgreed(decisions: readonly (Pick<Consent, "given"> | undefined)[]): boolean {
  return decisions.every((decision) => decision?.given === true);
}

export function noConsent() {
  return refuse("conflict", "no-consent", "The patient has not consented to that, or no longer does.");
}

/** The export as it is told now. */
export function asOf(seen: Export, now: Instant): Export {
  const isOver = toMs(seen.expiresAt) <= toMs(now);
  return isOver ? { ...seen, status: "expired" } : seen;
}

/** Whether somebody sees now all that they saw when they asked: a label may have been taken away from them since. */
export function stillSees(now: Pick<Sight, "labels">, then: Pick<Sight, "labels">): boolean {
  if (now.labels === "all" || then.labels === "all") return now.labels === "all";
  return then.labels.every((label) => now.labels.includes(label));
}

/** Refuses what cannot be fetched (409), or no longer (410). */
export function mustBeReady({ status }: Export): void {
  if (status === "ready") return;
  if (status === "expired") throw refuse("gone", "export-expired", "The archive was deleted. Ask for a new one.");
  throw refuse("conflict", "not-ready", `The export is ${status}.`);
}

/** The export in the hands of one who writes it, or undefined where another does, or nothing is left to write. */
export function take(seen: KeptExport, now: Instant): KeptExport | undefined {
  const { status } = seen.export;
  if (status !== "queued" && status !== "writing") return undefined;
  if (seen.heldUntil !== undefined && seen.heldUntil > toMs(now)) return undefined;
  return {
    ...seen,
    export: { ...seen.export, status: "writing", progress: { ...seen.export.progress, done: 0 } },
    attempts: seen.attempts + 1,
    heldUntil: toMs(now) + silence,
  };
}

/** Whether it is given up: it was begun too often, or would be gone by now. */
export function isHopeless(seen: KeptExport, now: Instant): boolean {
  return seen.attempts > mostAttempts || asOf(seen.export, now).status === "expired";
}

/** The same, further on. */
export function advance(seen: KeptExport, progress: Export["progress"], now: Instant): KeptExport {
  return { ...seen, export: { ...seen.export, progress }, heldUntil: toMs(now) + silence };
}

export function finish(seen: KeptExport, size: number, now: Instant): KeptExport {
  const { progress } = seen.export;
  const all = { done: progress.of, of: progress.of };
  return { ...seen, export: { ...seen.export, status: "ready", progress: all, readyAt: now, size } };
}

export function fail(seen: KeptExport, failure: NonNullable<Export["failure"]>): KeptExport {
  return { ...seen, export: { ...seen.export, status: "failed", failure } };
}

/** Letters and digits that are not mistaken for each other: 32, so that a byte's last five bits choose one evenly. */
const letters = "abcdefghjkmnpqrstuvwxyz023456789";

/** A password of 125 bits from 25 random bytes, in groups that can be read aloud. */
export function passwordFrom(random: Uint8Array): string {
  const all = Array.from(random.subarray(0, 25), (byte) => letters[byte % 32]).join("");
  return all.replaceAll(/.{5}(?=.)/g, "$&-");
}
