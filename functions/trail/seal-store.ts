import { createHash } from "node:crypto";
import { absent, commitAll, put, update } from "../kernel/commit.ts";
import type { Instant } from "../kernel/instant.ts";
import { get, getAll, type Item, type Key, keyOf, query } from "../kernel/table.ts";
import { type Entry, type Link, linkTo, type Seal, start } from "./chain.ts";

/*
 * How a clinic's chain lies in the audit table. A link's sort key is its entry's, so that no entry is ever linked twice,
 * and the links are the clinic's trail in the order of time. The head guards the order: who links reads it and writes on
 * condition that it has not moved. It also lists what is linked and not yet sealed.
 */

const hash = (text: string): string => createHash("sha256").update(text).digest("base64url");

const headAt = (clinic: string) => keyOf("seal", [clinic], "HEAD");
const linkAt = (clinic: string, sk: string) => keyOf("chain", [clinic], sk);
/** Lists the clinics that have a chain. */
const register = (clinic: string) => keyOf("seal", ["-"], clinic);

export interface Head {
  seq: number;
  hash: string;
  /** The keys of what is linked and not yet sealed, in order: the entry's partition and the sort key. */
  pending: readonly { of: string; sk: string }[];
}

/** Thrown when another sealer has moved the head meanwhile: look again. */
export class HeadMoved extends Error {
  override name = "HeadMoved";
}
const moved = () => new HeadMoved();

export async function findHead(clinic: string): Promise<Head> {
  const item = await get(headAt(clinic));
  return (item as unknown as Head | undefined) ?? { seq: 0, hash: start, pending: [] };
}

/** Those of some entries that no link holds yet. */
export async function unlinkedOf<Of extends { entry: Entry }>(clinic: string, rows: readonly Of[]): Promise<Of[]> {
  const distinct = [...new Map(rows.map((row) => [row.entry.sk, row])).values()];
  const links = await getAll(distinct.map(({ entry }) => linkAt(clinic, entry.sk)));
  return distinct.filter((_, n) => !links[n]);
}

/**
 * Links entries to the head, all or none. @throws HeadMoved when the chain has grown since it was read, or holds one of
 * them by now
 */
export async function link(
  clinic: string,
  head: Head,
  rows: readonly { entry: Entry; written: number }[],
): Promise<void> {
  const links: Link[] = [];
  for (const row of rows) links.push(linkTo(links.at(-1) ?? head, clinic, row, hash));
  const last = links.at(-1);
  if (!last) return;
  const values = {
    ":seq": last.seq,
    ":hash": last.hash,
    ":seen": head.seq,
    ":none": [],
    ":more": links.map(({ of, sk }) => ({ of, sk })),
  };
  const grow = "SET seq = :seq, #hash = :hash, pending = list_append(if_not_exists(pending, :none), :more)";
  const condition = head.seq === 0 ? "attribute_not_exists(seq) OR seq = :seen" : "seq = :seen";
  await commitAll([
    update(headAt(clinic), grow, { condition, names: { "#hash": "hash" }, values, lost: moved }),
    ...links.map(({ sk, ...attributes }) => put(linkAt(clinic, sk), attributes, absent(moved))),
    ...(head.seq === 0 ? [put(register(clinic), {})] : []),
  ]);
}

/** What is linked and not sealed: a link, and its entry if that is still there. */
export interface Pending {
  link: Link;
  entry: Item | undefined;
}

/** The first of what is linked and not sealed, as it lies in the table, at most so many; undefined where a link is gone. */
export async function findPending(clinic: string, { pending }: Head, most: number): Promise<(Pending | undefined)[]> {
  const keys = pending.slice(0, most);
  const entryAt = ({ of, sk }: { of: string; sk: string }): Key => ({ family: "audit", pk: of, sk });
  const items = await getAll([...keys.map(({ sk }) => linkAt(clinic, sk)), ...keys.map(entryAt)]);
  return keys.map((_, n) => {
    const { pk = "", ...found } = items[n] ?? {};
    return pk ? { link: found as unknown as Link, entry: items[keys.length + n] } : undefined;
  });
}

/** Keeps a seal, and takes what it covers off the head's list, unless another sealer has. */
export async function keepSeal(seal: Seal, covered: Head["pending"]): Promise<void> {
  const { clinic, at, ...rest } = seal;
  const first = covered[0];
  const shorten = `REMOVE ${covered.map((_, n) => `pending[${n}]`).join(", ")}`;
  const isFirst = { condition: "pending[0].sk = :first", values: { ":first": first?.sk }, lost: moved };
  await commitAll([
    put(keyOf("seal", [clinic], `${at}#${rest.seq}`), { at, ...rest }),
    ...(first ? [update(headAt(clinic), shorten, isFirst)] : []),
  ]);
}

/** The clinics that have a chain, a page at a time. */
export async function* chainedClinics(): AsyncGenerator<string> {
  let after: Record<string, unknown> | undefined;
  do {
    const { items, last } = await query(register("-"), { after });
    yield* items.map(({ sk }) => sk);
    after = last;
  } while (after);
}

/** The instant by the machine's clock, always with milliseconds: what a seal testifies is not a request's time. */
export function clock(): Instant {
  return new Date().toISOString();
}
