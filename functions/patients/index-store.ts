import { absent, put, remove, type Write } from "../kernel/commit.ts";
import { marked, ownOr } from "../kernel/identifier.ts";
import type { IndexKey, Keyring } from "../kernel/keyring.ts";
import { busy, refuse } from "../kernel/problem.ts";
import { type Item, type Key, keyOf, query } from "../kernel/table.ts";
import { blind } from "../kernel/vault.ts";
import type { PatientFields } from "./model.ts";
import { type Term, termsOf } from "./terms.ts";

/*
 * A patient's entries all lie under one index key, whose number stands in the patient's row, so that a change of all of
 * them fits one transaction even while the key is rotated. Only the mark of a record number, which must be unique, lies
 * under two keys then.
 */

/** The index key under which a patient's entries come to lie; never an older one than they lie under. */
export function indexKeyFor({ indexes, marking }: Keyring, indexed = 0): IndexKey {
  const number = Math.max(indexed, marking.at(-1)?.number ?? 0);
  return numbered(indexes, number);
}

function numbered(indexes: readonly IndexKey[], number: number): IndexKey {
  const key = indexes.find((each) => each.number === number);
  if (!key) throw busy("keys-unavailable");
  return key;
}

/** Where a term's entry lies. A record number has one entry for the whole clinic, which keeps it unique. */
function termAt(clinic: string, key: IndexKey, { field, value }: Term, patient: string): Key {
  const hash = field === "all" ? "" : blind(key.bytes, `patient ${field}`, value);
  return keyOf("index", [clinic, `patient-${field}`, hash], field === "mrn" ? "-" : patient);
}

/** The writes that make all entries of a patient who has none, but perhaps the mark of their record number. */
export function indexing({ clinic, marking }: Keyring, id: string, patient: PatientFields, key: IndexKey): Write[] {
  return termsOf(patient).flatMap((term) =>
    term.field === "mrn"
      ? marking.map((each) => put(termAt(clinic, each, term, id), marked(id, each), ownOr(id, taken)))
      : [put(termAt(clinic, key, term, id), marked(id, key))],
  );
}

/** The writes that keep a record number for a patient who is about to be found by it again. */
export function claimingNumber({ clinic, marking }: Keyring, id: string, { mrn }: PatientFields): Write[] {
  if (!mrn) return [];
  return marking.map((key) =>
    put(termAt(clinic, key, { field: "mrn", value: mrn }, id), marked(id, key), absent(taken)),
  );
}

/** The writes that bring a patient's entries from one version to the next, and to the newest key if they lie under another. */
export function reindexing(
  keyring: Keyring,
  id: string,
  indexed: number,
  { seen, next }: { seen: PatientFields; next: PatientFields },
): Write[] {
  const { clinic, indexes } = keyring;
  const [was, key] = [numbered(indexes, indexed), indexKeyFor(keyring, indexed)];
  const [before, after] = [searchable(seen), searchable(next)];
  const isIn = (terms: Term[]) => (term: Term) =>
    was === key && terms.some(({ field, value }) => field === term.field && value === term.value);
  return [
    ...before.filter((term) => !isIn(after)(term)).map((term) => remove(termAt(clinic, was, term, id))),
    ...after.filter((term) => !isIn(before)(term)).map((term) => put(termAt(clinic, key, term, id), marked(id, key))),
    ...remarking(keyring, id, { seen: seen.mrn, next: next.mrn }, was === key ? [] : [key]),
  ];
}

/** The writes that take all of a patient's entries away, a record number's under every key. */
export function unindexing({ clinic, indexes }: Keyring, id: string, indexed: number, seen: PatientFields): Write[] {
  const under = numbered(indexes, indexed);
  return termsOf(seen).flatMap((term) =>
    (term.field === "mrn" ? indexes : [under]).map((key) => remove(termAt(clinic, key, term, id))),
  );
}

/** What every patient is listed by is no secret, and lies under no key. */
function searchable(patient: PatientFields): Term[] {
  return termsOf(patient).filter(({ field }) => field !== "all" && field !== "mrn");
}

function remarking(
  { clinic, indexes, marking }: Keyring,
  id: string,
  { seen, next }: { seen: string | undefined; next: string | undefined },
  moved: readonly IndexKey[],
): Write[] {
  const markAt = (key: IndexKey, value: string) => termAt(clinic, key, { field: "mrn", value }, id);
  if (seen === next) return next ? moved.map((key) => put(markAt(key, next), marked(id, key), ownOr(id, taken))) : [];
  return [
    ...(seen ? indexes.map((key) => remove(markAt(key, seen))) : []),
    ...(next ? marking.map((key) => put(markAt(key, next), marked(id, key), absent(taken))) : []),
  ];
}

function taken(found: Item | undefined) {
  return refuse("conflict", "mrn-taken", { existing: found?.["id"] as string });
}

/**
 * One page of the ids of those found by a term, in the order of the ids; `last` is there while more may follow. While an
 * index key is rotated each is found under the older key or the newer: the older is asked first and the newer after it,
 * so whoever is moved meanwhile is found under both, and told once.
 */
export async function findByTerm({ clinic, indexes }: Keyring, term: Term, after: string | undefined, limit: number) {
  const partitions = new Map(indexes.map((key) => termAt(clinic, key, term, "")).map((at) => [at.pk, at]));
  const found = new Map<string, string>();
  let end: string | undefined;
  for (const at of partitions.values()) {
    const { items, last } = await query(at, { limit, after: after ? { pk: at.pk, sk: after } : undefined });
    for (const item of items) found.set(item.sk, item["id"] as string);
    const lastOf = last?.["sk"] as string | undefined;
    if (lastOf !== undefined && (end === undefined || lastOf < end)) end = lastOf;
  }
  const whole = [...found].filter(([sk]) => end === undefined || sk <= end).sort(([a], [b]) => (a < b ? -1 : 1));
  const page = whole.slice(0, limit);
  const last = end !== undefined || page.length < whole.length ? page.at(-1)?.[0] : undefined;
  return { ids: page.map(([, id]) => id), last };
}
