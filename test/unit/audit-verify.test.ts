import { describe, expect, it } from "vitest";
import { canonical, hashOf, type Link } from "../../functions/trail/chain.ts";
import type { Evidence } from "../../lib/audit/evidence.ts";
import { told } from "../../lib/audit/report.ts";
import { hash, verifyTrail } from "../../lib/audit/verify.ts";
import { clinic, entryAt, linksOf, otherKey, sealOf, trailOf } from "../support/trail-in-memory.ts";

const count = 11;
const places = Array.from({ length: count }, (_, n) => n);
/** What the first thing wrong is, and with which entry of the whole trail. */
function firstOf(evidence: Evidence, whole = trailOf(count)) {
  const [first] = verifyTrail(evidence).findings;
  const named = first?.entry;
  return { wrong: first?.wrong, entry: whole.entries.findIndex(({ pk, sk }) => pk === named?.pk && sk === named.sk) };
}
type Trail = Required<Evidence>;
const tampered = (change: (trail: Trail) => void): Trail => {
  const trail = trailOf(count);
  change(trail);
  return trail;
};
/** The same tampering as seen by who has the archive to compare with, and by who has not. */
const sights = [
  { name: "with the archive", of: (trail: Trail): Evidence => trail },
  { name: "without the archive", of: ({ archive: _, ...trail }: Trail): Evidence => trail },
];

/** Links and seals what an attacker without the sealing key can: everything but good signatures. */
function relink(trail: Trail): void {
  trail.links = linksOf(trail.entries);
  const last = trail.links.at(-1) as Link;
  trail.head = { seq: last.seq, hash: last.hash };
}

describe("a trail that nobody touched", () => {
  it.each(sights)("is whole $name", ({ of }) => {
    expect(verifyTrail(of(trailOf(count)))).toMatchObject({ findings: [], waiting: 0, sealed: { seq: count } });
  });

  it("is whole where the newest entries are not linked yet, and says how many wait", () => {
    const trail = tampered(({ entries }) => entries.push(entryAt(115), entryAt(119)));
    expect(verifyTrail(trail)).toMatchObject({ findings: [], waiting: 2 });
  });

  it("is whole where two sealers archived overlapping stretches", () => {
    const trail = tampered(({ archive, links, entries }) => {
      const copies = links.slice(0, 5).map((link, n) => ({ link, entry: entries[n]! }));
      archive.push({ key: "audit/x", copies, seal: sealOf(links[4]!, entries[4]!.at) });
    });
    expect(verifyTrail(trail).findings).toEqual([]);
  });

  it("has one canonical text, whatever the order of its attributes", () => {
    expect(canonical({ b: [1, { d: "x", c: true }], a: undefined })).toBe('{"b":[1,{"c":true,"d":"x"}]}');
  });
});

describe.each(sights)("$name", ({ of }) => {
  it.each(places)("names entry %i if any one attribute is edited, added or taken away", (n) => {
    for (const attribute of ["at", "action", "user", "outcome", "requestId", "patient", "role", "extra"]) {
      const trail = tampered(({ entries }) => Object.assign(entries[n]!, { [attribute]: "2027-03-01T09:59:59.000Z" }));
      expect(firstOf(of(trail)), attribute).toEqual({ wrong: "altered", entry: n });
    }
    const less = tampered(({ entries }) => delete entries[n]!["outcome"]);
    expect(firstOf(of(less))).toEqual({ wrong: "altered", entry: n });
  });

  it.each(places)("names entry %i if it is deleted, alone", (n) => {
    const trail = tampered(({ entries }) => entries.splice(n, 1));
    expect(firstOf(of(trail))).toEqual({ wrong: "missing", entry: n });
  });

  it.each(places)("tells that number %i is gone if entry and link are deleted", (n) => {
    const trail = tampered(({ entries, links }) => {
      entries.splice(n, 1);
      links.splice(n, 1);
    });
    const wrong = n === count - 1 ? "truncated" : "missing";
    expect(verifyTrail(of(trail)).findings[0]).toMatchObject({ wrong, seq: n + 1 });
  });

  it.each(places.slice(1))("names the earlier of entries %i and the one before if their contents are swapped", (n) => {
    const trail = tampered(({ entries }) => {
      const [a, b] = [entries[n - 1]!, entries[n]!];
      entries[n - 1] = { ...b, pk: a.pk, sk: a.sk };
      entries[n] = { ...a, pk: b.pk, sk: b.sk };
    });
    expect(["altered", "reordered"]).toContain(firstOf(of(trail)).wrong);
    expect(firstOf(of(trail)).entry).toBe(n - 1);
  });

  it.each(places.slice(1))("finds links %i and the one before reordered if their numbers are swapped", (n) => {
    const trail = tampered(({ links }) => {
      [links[n - 1]!.seq, links[n]!.seq] = [links[n]!.seq, links[n - 1]!.seq];
    });
    expect(firstOf(of(trail))).toEqual({ wrong: "reordered", entry: n });
  });

  it.each(places)("names what is written past the sealer with the time of entry %i", (n) => {
    const added = entryAt(n, { sk: `${entryAt(n).sk}x` });
    const trail = tampered(({ entries }) => entries.push(added));
    expect(verifyTrail(of(trail)).findings).toMatchObject([{ wrong: "added", entry: { pk: added.pk, sk: added.sk } }]);
  });

  it("names what is written later than it says, though the sealer linked it", () => {
    const trail = tampered(({ entries, links, head }) => {
      const added = entryAt(4, { sk: `${entryAt(4).sk}x` });
      const [link] = linksOf([added], head);
      const late = { ...link!, written: link!.written + 16 * 60 };
      links.push({ ...late, hash: hashOf(clinic, late, hash) });
      entries.push(added);
    });
    expect(verifyTrail(of(trail)).findings[0]).toMatchObject({ wrong: "added", seq: count + 1 });
  });

  it.each(places)("finds the tail from entry %i on cut off: entries, links, head and all", (n) => {
    const trail = tampered((all) => {
      all.entries.splice(n);
      all.links.splice(n);
      const last = all.links.at(-1);
      all.head = last ? { seq: last.seq, hash: last.hash } : { seq: 0, hash: "-" };
    });
    expect(verifyTrail(of(trail)).findings[0]).toMatchObject({ wrong: "truncated", seq: n + 1 });
  });

  it("finds the tail cut off, or something altered, where an old head was put back and the chain went on from there", () => {
    const trail = tampered((all) => {
      all.entries = [...all.entries.slice(0, 6), entryAt(20), entryAt(21)];
      relink(all);
    });
    expect(verifyTrail(of(trail)).findings[0]?.seq).toBe(of(trail).archive ? 7 : 9);
  });

  it.each(places)("finds entry %i altered though all was linked anew, since nobody else can sign", (n) => {
    const trail = tampered((all) => {
      Object.assign(all.entries[n]!, { user: "somebody else" });
      relink(all);
    });
    const [first] = verifyTrail(of(trail)).findings;
    // The first seal after it is what gives it away; the archive names the very entry.
    const sealed = Math.min(count, Math.ceil((n + 1) / 3) * 3);
    expect(first?.seq).toBe(of(trail).archive ? n + 1 : sealed);
  });

  it("finds a seal that another key has signed, and does not believe it", () => {
    const trail = tampered((all) => {
      all.entries.pop();
      relink(all);
      all.seals = all.seals.map((seal) => sealOf(all.links[Math.min(seal.seq, count - 1) - 1]!, seal.at, otherKey));
    });
    const { findings } = verifyTrail(of(trail));
    expect(findings.map(({ wrong }) => wrong)).toContain("bad-seal");
    if (of(trail).archive) expect(findings).toContainEqual(expect.objectContaining({ wrong: "truncated", seq: count }));
  });

  it("finds a link that misleads a search", () => {
    const trail = tampered(({ links }) => {
      links[3]!.user = "somebody else";
    });
    expect(firstOf(of(trail))).toEqual({ wrong: "altered", entry: 3 });
  });
});

describe("the archive", () => {
  it("gives away a truncation of table and seals alike", () => {
    const trail = tampered((all) => {
      all.entries.splice(6);
      all.links.splice(6);
      all.seals.splice(2);
      const { seq, hash: own } = all.links.at(-1)!;
      all.head = { seq, hash: own };
    });
    expect(firstOf(trail)).toEqual({ wrong: "truncated", entry: 6 });
  });

  it("gives away that the whole table is gone", () => {
    const { head: _, ...trail } = tampered((all) => Object.assign(all, { entries: [], links: [], seals: [] }));
    expect(firstOf(trail)).toEqual({ wrong: "truncated", entry: 0 });
  });

  it("is missed where an object is not there, or is not as it was signed", () => {
    const without = tampered(({ archive }) => archive.splice(1, 1));
    expect(firstOf(without)).toEqual({ wrong: "not-archived", entry: 3 });
    const changed = tampered(({ archive }) => {
      archive[1]!.copies[0]!.link.hash = "other";
    });
    expect(verifyTrail(changed).findings.map(({ wrong }) => wrong)).toContain("bad-seal");
  });

  it("gives away an entry that was altered before it was archived", () => {
    const trail = tampered(({ archive }) => Object.assign(archive[1]!.copies[0]!.entry!, { user: "x" }));
    expect(firstOf(trail)).toEqual({ wrong: "altered", entry: 3 });
  });
});

describe("what is told", () => {
  it("is one line for what is whole, and else the first thing wrong by its entry's key", () => {
    expect(told(verifyTrail(trailOf(count)))).toMatch(
      /^cln_Memory0000000000000001: whole\. 11 entries, sealed to number 11/,
    );
    const trail = tampered(({ entries }) => entries.splice(4, 1));
    const text = told(verifyTrail(trail));
    expect(text).toContain(`first missing: number 5 ${trailOf(count).entries[4]!.pk}`);
  });
});
