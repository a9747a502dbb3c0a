import type { Entry, Link, Seal } from "../../functions/trail/chain.ts";

/** A line of an archived object: an entry with its link, as both lay in the table when they were sealed. */
export interface Copy {
  link: Link;
  /** Absent where the entry was gone already. */
  entry?: Entry;
}

/** An object of the archive. */
export interface Archived {
  key: string;
  copies: Copy[];
  /** Absent where the object is not as a sealer writes it. */
  seal?: Seal;
}

/** All that there is to judge one clinic's trail by. */
export interface Evidence {
  clinic: string;
  entries: Entry[];
  links: Link[];
  head?: { seq: number; hash: string };
  /** The seals in the table. */
  seals: Seal[];
  /** Absent where the archive was not asked. */
  archive?: Archived[];
  /** The sealing key's public half: DER, SubjectPublicKeyInfo. */
  publicKey: Uint8Array;
}

/** What is wrong with an entry, or with what holds it. */
export type Wrong = "altered" | "missing" | "added" | "reordered" | "truncated" | "bad-seal" | "not-archived";

export interface Finding {
  wrong: Wrong;
  /** The place in the chain, where it has one. */
  seq?: number;
  /** The entry's key. */
  entry?: { pk: string; sk: string };
  /** One line on what was compared with what. */
  because: string;
}

export interface Verdict {
  clinic: string;
  /** In the order of the chain; none where all holds. */
  findings: Finding[];
  entries: number;
  /** How far the chain is sealed, and when that was last said. */
  sealed: { seq: number; at?: string };
  /** Entries that came too late for the last seal, and are still to be linked. */
  waiting: number;
}
