import { absent, type Guard, put, remove, type Write } from "./commit.ts";
import type { IndexKey, Keyring } from "./keyring.ts";
import { refuse } from "./problem.ts";
import { type Item, type Key, keyOf } from "./table.ts";
import { blind } from "./vault.ts";

export interface Identifier {
  system: string;
  value: string;
}

/** Where the mark lies, under one index key, that keeps an identifier unique among a kind of thing in a clinic. */
function markAt(clinic: string, key: IndexKey, kind: string, { system, value }: Identifier): Key {
  // As JSON, since either may hold whatever would part them.
  const hash = blind(key.bytes, `${kind} identifier`, JSON.stringify([system, value]));
  return keyOf("index", [clinic, `${kind}-identifier`, hash], "-");
}

/**
 * The writes that move a thing from one identifier to another; one that another thing has is refused, naming that thing
 * (409). While the index key is rotated a mark is made under both keys and taken away under every one that is known, so
 * that an identifier marked under either is taken.
 */
export function identifying(
  keyring: Keyring,
  kind: string,
  id: string,
  next: Identifier | undefined,
  seen?: Identifier,
): Write[] {
  if (seen?.system === next?.system && seen?.value === next?.value) return [];
  const { clinic, indexes, marking } = keyring;
  return [
    ...(seen ? indexes.map((key) => remove(markAt(clinic, key, kind, seen))) : []),
    ...(next ? marking.map((key) => put(markAt(clinic, key, kind, next), marked(id, key), absent(taken))) : []),
  ];
}

/** The write that marks under the newest index key what an older one marks already. */
export function remarking({ clinic, marking }: Keyring, kind: string, id: string, identifier: Identifier): Write[] {
  return marking.slice(-1).map((key) => put(markAt(clinic, key, kind, identifier), marked(id, key), ownOr(id, taken)));
}

/** What an entry of an index says: whose it is, and under which key it lies. */
export function marked(id: string, { number }: IndexKey) {
  return { id, key: number };
}

/** The guard that a mark is not there yet, or is the thing's own. */
export function ownOr(id: string, lost: Guard["lost"]): Guard {
  return { condition: "attribute_not_exists(pk) OR id = :own", values: { ":own": id }, lost };
}

function taken(found: Item | undefined) {
  return refuse("conflict", "identifier-taken", { existing: found?.["id"] as string });
}
