/*
 * How entries of the audit trail are linked, and what is signed: pure, and the same for the sealer and for the verifier,
 * who shares nothing else with it. Hashing is passed in, since a rule imports no library.
 */

/** SHA-256 of a text in UTF-8, in base64url. */
export type Hash = (text: string) => string;

/** A row of the audit trail as it lies in the table. */
export type Entry = Record<string, unknown> & { pk: string; sk: string; at: string };

/** The link that holds an entry in its clinic's chain. */
export interface Link {
  /** From one, without a gap. */
  seq: number;
  /** The entry's key: its partition, and the sort key that the link shares with it. */
  of: string;
  sk: string;
  /** When the table took the entry, by DynamoDB's stream, in seconds since 1970. */
  written: number;
  /** The hash of the entry's canonical text. */
  entry: string;
  /** The hash of the link before. */
  before: string;
  /** Of all the above. */
  hash: string;
  /** What the clinic's trail is searched by; told by the entry. */
  user: string;
  action: string;
}

/** What a signature says: by then the clinic's chain had come to this link. */
export interface Seal {
  clinic: string;
  seq: number;
  hash: string;
  at: string;
  /** ECDSA P-256 with SHA-256 over `sealText`, DER, in base64. */
  signature: string;
}

/** What stands before a chain's first link. */
export const start = "-";

/** An entry's canonical text: JSON without blanks, the names of its attributes in the order of their UTF-16 units. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join(",")}}`;
}

type Linked = Pick<Link, "seq" | "of" | "sk" | "written" | "entry" | "before">;

/** A link's own hash. */
export function hashOf(clinic: string, { seq, of, sk, written, entry, before }: Linked, hash: Hash): string {
  return hash(JSON.stringify(["praxis-chain/1", clinic, seq, of, sk, written, entry, before]));
}

/** The link of an entry that follows another, or begins the chain. */
export function linkTo(
  head: { seq: number; hash: string },
  clinic: string,
  { entry, written }: { entry: Entry; written: number },
  hash: Hash,
): Link {
  const linked = {
    seq: head.seq + 1,
    of: entry.pk,
    sk: entry.sk,
    written,
    entry: hash(canonical(entry)),
    before: head.hash,
  };
  return { ...linked, hash: hashOf(clinic, linked, hash), ...foundBy(entry) };
}

/** What of an entry is copied into its link. */
export function foundBy(entry: Entry): Pick<Link, "user" | "action"> {
  return { user: String(entry["user"]), action: String(entry["action"]) };
}

/** The text that a seal signs. */
export function sealText({ clinic, seq, hash, at }: Omit<Seal, "signature">): string {
  return JSON.stringify(["praxis-seal/1", clinic, seq, hash, at]);
}

/** The clinic of a row: the second part of its partition key. */
export function clinicOf(pk: string): string {
  return pk.split("#")[1] ?? "";
}

/** How far the instant that an entry tells may be from when it was written, in milliseconds: no function runs as long. */
export const leeway = 15 * 60_000;
