import type * as z from "zod/mini";
import { type Instant, type Interval, overlaps, toInstant, toMs } from "../kernel/instant.ts";
import { refuse } from "../kernel/problem.ts";
import type { merge as mergeRoute, step } from "./routes.ts";

export type Merge = z.output<NonNullable<typeof mergeRoute.answer.schema>>;
export type Step = z.output<typeof step>;

/** How long a merge can be undone, in milliseconds. */
const undoable = 30 * 86_400_000;

export function begin(
  { from, into, reason, by }: Pick<Merge, "from" | "into" | "by"> & { reason: string },
  { id, now }: { id: Merge["id"]; now: Instant },
): Merge {
  if (from === into) throw refuse("unprocessable", "into-itself", "Nobody is merged into themselves.");
  const undoUntil = toInstant(toMs(now) + undoable);
  return { id, from, into, status: "moving", reason, by, at: now, undoUntil, done: [] };
}

/** The merge on its way back; what is not done yet, or undone, cannot be undone (409), nor what is older (410). */
export function undo(seen: Merge, now: Instant): Merge {
  if (seen.status !== "merged") {
    const detail = `A merge that is ${seen.status} cannot be undone.`;
    throw refuse("conflict", "illegal-transition", { detail, from: seen.status, to: "undoing" });
  }
  if (toMs(now) > toMs(seen.undoUntil)) throw refuse("gone", "undo-over", "A merge can be undone for 30 days.");
  return { ...seen, status: "undoing", done: [] };
}

/** Refuses (409) to merge two who have appointments at one time: staff must say first which of them is meant. */
export function mustNotOverlap(one: readonly Listed[], two: readonly Listed[]): void {
  const both = one.flatMap((a) => two.filter((b) => overlaps(a, b)).flatMap((b) => [a.id, b.id]));
  if (both.length === 0) return;
  const detail = "Both have appointments at one time: cancel or move one of each two first.";
  throw refuse("conflict", "appointments-overlap", { detail, appointments: [...new Set(both)].slice(0, 100) });
}

interface Listed extends Interval {
  id: string;
}
