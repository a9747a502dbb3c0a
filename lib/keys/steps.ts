import type { KeyRow } from "../../functions/kernel/keyring.ts";

/** How far a rotation has come with going through the rows; kept after every page, so that it can go on from there. */
export interface Work {
  pass: "rewriting" | "sweeping";
  /** The table gone through now, and the place reached in it. */
  table: "clinic" | "keys";
  after?: Record<string, unknown>;
  /** Rows looked at and rows written in this pass, and about how many there are (DynamoDB counts every six hours). */
  looked: number;
  written: number;
  total: number;
  updatedAt: string;
  /** When every row had been brought to the newest key, and when what was left under the older had been removed. */
  rewrittenAt?: string;
  sweptAt?: string;
}

/**
 * Where a rotation stands. `announced`: every function must learn of the new key before the first one uses it.
 * `settling`: a function may still use the old one. `rewriting`: rows are brought to the new one. `parting`, `sweeping`:
 * of an index key, the same again for the end of the old one. `ready`: the old one can be retired.
 */
export type Step =
  | { name: "steady" | "rewriting" | "sweeping" | "ready" }
  | { name: "announced" | "settling" | "parting"; until: number };

/** The step that a rotation is at. `rows` are the clinic's keys of one kind, oldest first; times in ms. */
export function stepOf(rows: readonly KeyRow[], work: Work | undefined, now: number, settling: number): Step {
  const [oldest, newest] = [rows[0], rows.at(-1)];
  if (!oldest || !newest || oldest === newest) return { name: "steady" };
  if (now < newest.from) return { name: "announced", until: newest.from };
  if (now < newest.from + settling) return { name: "settling", until: newest.from + settling };
  if (!work?.rewrittenAt) return { name: "rewriting" };
  if (oldest.kind === "SEAL") return { name: "ready" };
  const parted = (oldest.until ?? now) + settling;
  if (now < parted) return { name: "parting", until: parted };
  return { name: work.sweptAt ? "ready" : "sweeping" };
}
