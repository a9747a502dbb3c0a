import { Temporal } from "temporal-polyfill";
import type * as z from "zod/mini";
import type { Instant } from "../kernel/instant.ts";
import { refuse } from "../kernel/problem.ts";
import type { Policy } from "../policy/model.ts";
import type { placeLegalHold, request as requestRoute, step } from "./routes.ts";

export type Erasure = z.output<NonNullable<typeof requestRoute.answer.schema>>;
export type LegalHold = z.output<NonNullable<typeof placeLegalHold.answer.schema>>;
export type Step = z.output<typeof step>;

export function request(
  { patient, reason, by }: { patient: Erasure["patient"]; reason: string; by: string },
  { id, now }: { id: Erasure["id"]; now: Instant },
): Erasure {
  return { id, patient, status: "requested", reason, requestedBy: by, requestedAt: now, done: [] };
}

/** Two persons: whoever asked for it cannot confirm it (403). */
export function confirm(seen: Erasure, by: string, now: Instant): Erasure {
  mustBeRequested(seen, "confirmed");
  if (seen.requestedBy === by)
    throw refuse("forbidden", "second-person-needed", "Another privacy officer than the one who asked must confirm.");
  return { ...seen, status: "confirmed", confirmedBy: by, confirmedAt: now };
}

export function withdraw(seen: Erasure): Erasure {
  mustBeRequested(seen, "withdrawn");
  return { ...seen, status: "withdrawn" };
}

function mustBeRequested({ status: from }: Erasure, to: Erasure["status"]): void {
  if (from === "requested") return;
  throw refuse("conflict", "illegal-transition", {
    detail: `An erasure that is ${from} cannot become ${to}.`,
    from,
    to,
  });
}

/** Until this age, in years, a person counts as a minor, where the policy keeps minors' records longer. */
const majority = 18;

/**
 * The first day on which a patient's data need not be kept any more: so many years after the last entry or visit, and for who
 * was a minor then, not before an age. Undefined where the policy asks for nothing, or nothing was ever written.
 */
export function retainedUntil(
  { birthDate, last }: { birthDate?: string | undefined; last?: Instant | undefined },
  { retentionYears, retentionMinorsUntilAge }: Pick<Policy, "retentionYears" | "retentionMinorsUntilAge">,
): string | undefined {
  if (!last) return undefined;
  const lastDay = Temporal.PlainDate.from(last.slice(0, 10));
  const born = birthDate ? Temporal.PlainDate.from(birthDate) : undefined;
  const wasMinor = born && Temporal.PlainDate.compare(lastDay, born.add({ years: majority })) < 0;
  const days = [
    ...(retentionYears ? [lastDay.add({ years: retentionYears })] : []),
    ...(wasMinor && retentionMinorsUntilAge ? [born.add({ years: retentionMinorsUntilAge })] : []),
  ];
  return days.map(String).sort().at(-1);
}

/** Refuses (409) what a legal hold or the statutory retention forbids; the latter with the day on which it ends. */
export function mustBeErasable({ isHeld, until }: { isHeld: boolean; until: string | undefined }, now: Instant): void {
  if (isHeld) throw legallyHeld();
  if (until && now.slice(0, 10) < until) {
    const detail = "The law, as the clinic's policy tells it, asks for these data to be kept until then.";
    throw refuse("conflict", "retention", { detail, until });
  }
}

export function legallyHeld() {
  return refuse("conflict", "legal-hold", "A legal hold keeps these data.");
}
