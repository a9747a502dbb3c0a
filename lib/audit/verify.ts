import { createHash } from "node:crypto";
import { type Entry, type Link, leeway } from "../../functions/trail/chain.ts";
import type { Evidence, Finding, Verdict } from "./evidence.ts";
import { judgeLinks } from "./judge-links.ts";
import { judgeSeals, type Standing } from "./judge-seals.ts";

export const hash = (text: string): string => createHash("sha256").update(text).digest("base64url");

/**
 * Judges a clinic's trail: that every link is as its hash says and follows the one before, every entry as its link says,
 * the whole as far as any signature ever said, and all of it as it was archived. Names what does not hold, the first first.
 */
export function verifyTrail(evidence: Evidence): Verdict {
  const { clinic, entries, links } = evidence;
  const standing = judgeSeals(evidence, hash);
  const { findings: unlinked, waiting } = judgeUnlinked(entries, links, standing);
  const findings = [...standing.findings, ...judgeLinks(evidence, standing, hash), ...unlinked];
  const inOrder = (a: Finding, b: Finding) => (a.seq ?? Number.MAX_VALUE) - (b.seq ?? Number.MAX_VALUE);
  return {
    clinic,
    findings: findings.toSorted(inOrder),
    entries: entries.length,
    sealed: { seq: standing.seq, ...(standing.at ? { at: standing.at } : {}) },
    waiting,
  };
}

/** An entry that no link holds came past the sealer, unless it is so new that the sealer may not have got to it. */
function judgeUnlinked(entries: readonly Entry[], links: readonly Link[], { at }: Standing) {
  const nameOf = (pk: string, sk: string) => `${pk} ${sk}`;
  const linked = new Set(links.map(({ of, sk }) => nameOf(of, sk)));
  const unlinked = entries.filter(({ pk, sk }) => !linked.has(nameOf(pk, sk)));
  const isNew = (entry: Entry) => at === undefined || Date.parse(entry.at) > Date.parse(at) - leeway;
  // An instant that is not the sort key's is no reason to wait.
  const mayWait = unlinked.filter((entry) => isNew(entry) && entry.sk.startsWith(new Date(entry.at).toISOString()));
  const findings = unlinked
    .filter((entry) => !mayWait.includes(entry))
    .toSorted((a, b) => (a.sk < b.sk ? -1 : 1))
    .map(
      ({ pk, sk }): Finding => ({
        wrong: "added",
        entry: { pk, sk },
        because: "no link holds the entry, though seals were made since",
      }),
    );
  return { findings, waiting: mayWait.length };
}
