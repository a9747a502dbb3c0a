import { absent, put, remove, type Write } from "../kernel/commit.ts";
import { type Between, openOf, sealOf } from "../kernel/patient-keys.ts";
import { get, type Item } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import { documentAt, type Sealed } from "./store.ts";

/**
 * The writes that make a document another patient's; none where it is not there. Its file stays where it lies: the row says
 * `under` whose id, from then on. What a scanner says meanwhile is not lost: `scans` tells that it has.
 */
export async function handingOver({ from, to }: Between, id: string): Promise<Write[]> {
  const row = await get(documentAt(from.clinic, from.patient, id));
  if (!row) return [];
  const { pk: _, sk: __, under = from.patient, sealed, ...plain } = row as Item & { under?: string };
  const { version, scans } = plain as { version?: number; scans?: number };
  const { document, upload } = openOf<Sealed>(from, "document", id, version ?? 0, sealed);
  const next = { document: { ...document, patient: to.patient }, upload };
  const blob = sealOf(to, "document", id, version ?? 0, next);
  return [
    remove(documentAt(from.clinic, from.patient, id), {
      condition: `version = :seen AND ${scans ? "scans = :scans" : "attribute_not_exists(scans)"}`,
      values: { ":seen": version, ...(scans ? { ":scans": scans } : {}) },
      lost: changed,
    }),
    put(
      documentAt(to.clinic, to.patient, id),
      { ...plain, sealed: blob, ...(under === to.patient ? {} : { under }) },
      absent(changed),
    ),
  ];
}

const changed = () => new ReadChanged();
