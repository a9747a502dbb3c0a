import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { canonical, type Hash, hashOf, type Link, type Seal, sealText } from "../../functions/trail/chain.ts";
import type { Archived, Copy, Evidence, Finding } from "./evidence.ts";

/** What the signatures say of a clinic's chain. */
export interface Standing {
  /** How far the chain had come at least, by any good seal. */
  seq: number;
  /** When the last good seal was made. */
  at: string | undefined;
  /** The hash that a good seal gives a link. */
  sealed: ReadonlyMap<number, string>;
  /** The archive's copies that a good seal covers. */
  copies: ReadonlyMap<number, Copy>;
  findings: Finding[];
}

/** Sorts good seals, in the table and in the archive, from bad ones, and takes for true what the good ones cover. */
export function judgeSeals(evidence: Evidence, hash: Hash): Standing {
  const { clinic, seals, archive = [], publicKey } = evidence;
  const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
  const inTable = seals.filter((seal) => isGood(seal, clinic, key));
  const objects = archive.filter(({ seal }) => seal && isGood(seal, clinic, key));
  const whole = objects.filter((object) => isWhole(object, clinic, hash));
  const good = [...inTable, ...objects.flatMap(({ seal }) => (seal ? [seal] : []))];
  const findings: Finding[] = [
    ...seals.filter((seal) => !inTable.includes(seal)).map((seal) => bad(seal, "a seal in the table")),
    ...archive.filter((object) => !whole.includes(object)).map((object) => bad(object.seal, object.key)),
  ];
  return {
    seq: Math.max(0, ...good.map(({ seq }) => seq)),
    at: good
      .map(({ at }) => at)
      .sort()
      .at(-1),
    sealed: new Map(good.map((seal) => [seal.seq, seal.hash])),
    copies: new Map(whole.flatMap(({ copies }) => copies.map((copy) => [copy.link.seq, copy]))),
    findings,
  };
}

function isGood(seal: Seal, clinic: string, key: KeyObject): boolean {
  const signature = Buffer.from(seal.signature, "base64");
  return seal.clinic === clinic && verify("sha256", Buffer.from(sealText(seal)), key, signature);
}

/** Whether an object's links follow each other, up to the one that its seal signs. */
function isWhole({ copies, seal }: Archived, clinic: string, hash: Hash): boolean {
  const last = copies.at(-1)?.link;
  const isSigned = !last || (last.seq === seal?.seq && last.hash === seal.hash);
  const follows = (link: Link, before: Link | undefined) =>
    hashOf(clinic, link, hash) === link.hash &&
    (!before || (link.before === before.hash && link.seq === before.seq + 1));
  return isSigned && copies.every(({ link }, n) => follows(link, copies[n - 1]?.link));
}

function bad(seal: Seal | undefined, what: string): Finding {
  return {
    wrong: "bad-seal",
    ...(seal ? { seq: seal.seq } : {}),
    because: `${what}: it is not signed by the sealing key, or not for what it covers`,
  };
}

/** Whether an entry is what its link was made of. */
export function isOf(link: Pick<Link, "entry">, entry: object, hash: Hash): boolean {
  return hash(canonical(entry)) === link.entry;
}
