import { type Entry, foundBy, type Hash, hashOf, type Link, leeway, start } from "../../functions/trail/chain.ts";
import type { Evidence, Finding, Wrong } from "./evidence.ts";
import { isOf, type Standing } from "./judge-seals.ts";

interface Place {
  seq: number;
  link: Link | undefined;
  /** The link before, where the chain is still there. */
  before: string | undefined;
  entry: Entry | undefined;
}

/** Follows the chain from its first link to the last that anything speaks of. */
export function judgeLinks(evidence: Evidence, standing: Standing, hash: Hash): Finding[] {
  const { head, links, entries } = evidence;
  const entryOf = new Map(entries.map((entry) => [`${entry.pk} ${entry.sk}`, entry]));
  const bySeq = Map.groupBy(links, ({ seq }) => seq);
  const lastLink = Math.max(0, ...bySeq.keys());
  const last = Math.max(lastLink, standing.seq, head?.seq ?? 0);
  const findings: Finding[] = [];
  let before: string | undefined = start;
  for (let seq = 1; seq <= last; seq++) {
    const [link, ...others] = nearest(bySeq.get(seq) ?? [], before);
    const entry = link && entryOf.get(`${link.of} ${link.sk}`);
    const finding = judge({ seq, link, before, entry }, { evidence, standing, lastLink, hash });
    findings.push(...others.map((other) => name("added", seq, other, "another link has the same number")));
    findings.push(...(finding ? [finding] : []));
    before = link ? hashOf(evidence.clinic, link, hash) : standing.copies.get(seq)?.link.hash;
  }
  if (last > 0 && (head?.seq !== last || head.hash !== before)) findings.push(shortHead(last, head));
  return findings;
}

/** The links of one number, that which follows the link before first. */
function nearest(links: readonly Link[], before: string | undefined): Link[] {
  return links.toSorted((a, b) => Number(b.before === before) - Number(a.before === before));
}

interface Known {
  evidence: Evidence;
  standing: Standing;
  lastLink: number;
  hash: Hash;
}

function judge(place: Place, known: Known): Finding | undefined {
  const { seq, link, entry } = place;
  if (!link) return gone(place, known);
  return (
    judgeLink({ ...place, link }, known) ??
    judgeEntry(link, entry, known) ??
    judgeArchive(seq, link, known) ??
    undefined
  );
}

/** No link of that number: the end was cut off, or one was taken out. */
function gone({ seq }: Place, { standing, lastLink }: Known): Finding {
  const copy = standing.copies.get(seq)?.link;
  const wrong = seq > lastLink ? "truncated" : "missing";
  const because = wrong === "truncated" ? `the chain ends before it; seals go to ${standing.seq}` : "its link is gone";
  return copy ? name(wrong, seq, copy, because) : { wrong, seq, because };
}

function judgeLink(place: Place & { link: Link }, { evidence, standing, hash }: Known): Finding | undefined {
  const { seq, link, before } = place;
  const { clinic, links } = evidence;
  const isItself = hashOf(clinic, link, hash) === link.hash;
  const sealed = standing.sealed.get(seq);
  const copy = standing.copies.get(seq)?.link;
  if (copy && copy.hash !== link.hash) {
    const isMoved = [...standing.copies.values()].some((other) => isSame(other.link, link));
    return name(isMoved ? "reordered" : "altered", seq, isMoved ? link : copy, "it is not what was archived there");
  }
  if (isItself && before !== undefined && link.before !== before)
    return name("reordered", seq, link, "it does not follow the link before it");
  if (!isItself) {
    const isMoved = links.some(
      (other) => other !== link && hashOf(clinic, { ...link, seq: other.seq }, hash) === link.hash,
    );
    return name(isMoved ? "reordered" : "altered", seq, link, "its link is not what the link's hash says");
  }
  if (sealed !== undefined && sealed !== link.hash)
    return name("altered", seq, link, "a seal signs another link there");
  return undefined;
}

const isSame = (a: Link, b: Link) => a.of === b.of && a.sk === b.sk;

function judgeEntry(link: Link, entry: Entry | undefined, { evidence, hash }: Known): Finding | undefined {
  if (!entry) return name("missing", link.seq, link, "its link is there and the entry is not");
  if (!isOf(link, entry, hash)) {
    const holds = (other: Link) => isOf(other, { ...entry, pk: other.of, sk: other.sk }, hash);
    const isMoved = evidence.links.some((other) => other !== link && holds(other));
    return name(isMoved ? "reordered" : "altered", link.seq, link, "the entry is not what its link was made of");
  }
  const { user, action } = foundBy(entry);
  if (link.user !== user || link.action !== action)
    return name("altered", link.seq, link, "its link names another user or action than the entry");
  if (Math.abs(link.written * 1000 - Date.parse(entry.at)) > leeway)
    return name("added", link.seq, link, `it tells of ${entry.at} and was written at ${written(link)}`);
  return undefined;
}

const written = (link: Link) => new Date(link.written * 1000).toISOString();

/** A copy is owed for whatever is sealed, and says the same of the entry. */
function judgeArchive(seq: number, link: Link, { evidence, standing, hash }: Known): Finding | undefined {
  if (!evidence.archive || seq > standing.seq) return undefined;
  const copy = standing.copies.get(seq);
  if (!copy) return name("not-archived", seq, link, "it is sealed, and no good object of the archive holds it");
  if (!copy.entry || !isOf(copy.link, copy.entry, hash))
    return name("altered", seq, link, "the entry was not what its link says when it was archived");
  return undefined;
}

function shortHead(last: number, head: Evidence["head"]): Finding {
  const says = head ? `the head says ${head.seq}` : "there is no head";
  return {
    wrong: head && head.seq > last ? "missing" : "truncated",
    seq: last + 1,
    because: `${says}, the chain goes to ${last}`,
  };
}

function name(wrong: Wrong, seq: number, { of, sk }: Link, because: string): Finding {
  return { wrong, seq, entry: { pk: of, sk }, because };
}
