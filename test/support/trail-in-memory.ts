import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { type Entry, type Link, linkTo, type Seal, sealText, start } from "../../functions/trail/chain.ts";
import type { Archived, Evidence } from "../../lib/audit/evidence.ts";
import { hash } from "../../lib/audit/verify.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
/** A key that is not the sealing key. */
export const otherKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

export const clinic = "cln_Memory0000000000000001";
const first = Date.parse("2027-03-01T09:00:00Z");

export function entryAt(n: number, more: object = {}): Entry {
  const at = new Date(first + n * 60_000).toISOString();
  const patient = `pat_${n % 3}`;
  const told = { action: n % 2 ? "patient.read" : "record.list", outcome: "granted", user: `u${n % 4}`, role: "admin" };
  return { pk: `AUDIT#${clinic}#${patient}`, sk: `${at}#id${n}`, at, patient, ...told, requestId: `r${n}`, ...more };
}

export function sealOf(link: { seq: number; hash: string }, at: string, key: KeyObject = privateKey): Seal {
  const seal = { clinic, seq: link.seq, hash: link.hash, at };
  return { ...seal, signature: sign("sha256", Buffer.from(sealText(seal)), key).toString("base64") };
}

/** Links entries that follow a head, each written a second after it happened. */
export function linksOf(entries: readonly Entry[], head: { seq: number; hash: string } = { seq: 0, hash: start }) {
  const links: Link[] = [];
  for (const entry of entries) {
    const written = Math.floor(Date.parse(entry.at) / 1000) + 1;
    links.push(linkTo(links.at(-1) ?? head, clinic, { entry, written }, hash));
  }
  return links;
}

/** A trail of so many entries, sealed and archived three at a time, with a heartbeat an hour after the last. */
export function trailOf(count: number): Required<Evidence> {
  const entries = Array.from({ length: count }, (_, n) => entryAt(n));
  const links = linksOf(entries);
  const archive: Archived[] = [];
  for (let from = 0; from < count; from += 3) {
    const covered = links.slice(from, from + 3);
    const copies = covered.map((link, n) => ({ link, entry: entries[from + n] as Entry }));
    const seal = sealOf(covered.at(-1) as Link, entries[Math.min(from + 2, count - 1)]?.at ?? "");
    archive.push({ key: `audit/${clinic}/${from}`, copies, seal });
  }
  const last = links.at(-1) as Link;
  archive.push({
    key: `audit/${clinic}/beat`,
    copies: [],
    seal: sealOf(last, new Date(first + 7_200_000).toISOString()),
  });
  const seals = archive.flatMap(({ seal }) => (seal ? [seal] : []));
  const head = { seq: last.seq, hash: last.hash };
  const key = publicKey.export({ type: "spki", format: "der" });
  // Apart, so that a change to one is none to the other.
  const [inTable, copied] = [structuredClone({ entries, links, head, seals }), structuredClone(archive)];
  return { clinic, ...inTable, archive: copied, publicKey: new Uint8Array(key) };
}
