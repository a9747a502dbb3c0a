import { absent, put, remove, type Write } from "./commit.ts";
import type { Keyring } from "./keyring.ts";
import { refuse } from "./problem.ts";
import { getAll, type Key, keyOf } from "./table.ts";
import { blind } from "./vault.ts";

export interface Identifier {
  system: string;
  value: string;
}

/** Where the mark lies that keeps an identifier unique among a kind of thing in a clinic. */
function markAt(keyring: Keyring, kind: string, { system, value }: Identifier): Key {
  // As JSON, since either may hold whatever would part them.
  const hash = blind(keyring.index, `${kind} identifier`, JSON.stringify([system, value]));
  return keyOf("index", [keyring.clinic, `${kind}-identifier`, hash], "-");
}

/** The writes that move a thing from one identifier to another; one that another thing has is refused, naming that thing (409). */
export function identifying(
  keyring: Keyring,
  kind: string,
  id: string,
  next: Identifier | undefined,
  seen?: Identifier,
): Write[] {
  if (seen?.system === next?.system && seen?.value === next?.value) return [];
  const taken = absent((found) => refuse("conflict", "identifier-taken", { existing: found?.["id"] as string }));
  return [
    ...(seen ? [remove(markAt(keyring, kind, seen))] : []),
    ...(next ? [put(markAt(keyring, kind, next), { id }, taken)] : []),
  ];
}

/** The writes that let go of things' identifiers; a mark that is another thing's stays. */
export async function unmarking(
  keyring: Keyring,
  kind: string,
  things: readonly { id: string; identifier?: Identifier | undefined }[],
): Promise<Write[]> {
  const marks = things.flatMap(({ id, identifier }) =>
    identifier ? { id, at: markAt(keyring, kind, identifier) } : [],
  );
  const rows = await getAll(marks.map(({ at }) => at));
  return marks.flatMap(({ id, at }, n) => (rows[n]?.["id"] === id ? remove(at) : []));
}
