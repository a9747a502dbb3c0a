import { eachRow } from "../kernel/clear.ts";
import { absent, atVersion, put, remove, type Write } from "../kernel/commit.ts";
import { type Between, openOf, sealOf } from "../kernel/patient-keys.ts";
import { get, type Item } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import type { ClinicalRecord } from "./model.ts";
import { shelving, unshelving } from "./shelves-store.ts";
import { recordAt, recordOf } from "./store.ts";

/** The ids of all entries of a patient's record, drafts among them; also of one of which only earlier versions lie there. */
export async function* eachEntry(clinic: string, patient: string): AsyncGenerator<string> {
  const partition = recordAt(clinic, patient, "");
  for await (const { sk } of eachRow(partition, { from: "rec_", to: "rec_~" })) yield sk;
  const ids = new Set<string>();
  for await (const { sk } of eachRow(partition, { from: "VERSION#", to: "VERSION#~" })) ids.add(sk.split("#")[1] ?? "");
  yield* ids;
}

/** The writes that put an entry, in its latest version, into another patient's record; none where it is not there. */
export async function handingOver(between: Between, id: string): Promise<Write[]> {
  const { from, to } = between;
  const row = await get(recordAt(from.clinic, from.patient, id));
  if (!row) return [];
  const entry = recordOf(from, row);
  const next = intoRecord(between, row, entry);
  return [
    remove(recordAt(from.clinic, from.patient, id), atVersion(entry.version, changed)),
    put(recordAt(to.clinic, to.patient, id), next.row, absent(changed)),
    ...unshelving(from, entry),
    ...shelving(to, undefined, next.entry),
  ];
}

/** The writes that put an entry's earlier versions there, each with its own; the latest must have gone before. */
export async function* handingVersionsOver(between: Between, id: string): AsyncGenerator<Write[]> {
  const { from, to } = between;
  const range = { from: `VERSION#${id}#`, to: `VERSION#${id}#~`, limit: 25 };
  for await (const row of eachRow(recordAt(from.clinic, from.patient, ""), range)) {
    const seen = openOf<ClinicalRecord>(from, "record", id, row["version"] as number, row["sealed"]);
    yield [
      remove(recordAt(from.clinic, from.patient, row.sk), { condition: "attribute_exists(pk)", lost: changed }),
      put(recordAt(to.clinic, to.patient, row.sk), intoRecord(between, row, seen).row, absent(changed)),
    ];
  }
}

function intoRecord({ to }: Between, { pk: _, sk: __, ...attributes }: Item, seen: ClinicalRecord) {
  const entry: ClinicalRecord = { ...seen, patient: to.patient as ClinicalRecord["patient"] };
  return { entry, row: { ...attributes, sealed: sealOf(to, "record", entry.id, entry.version, entry) } };
}

const changed = () => new ReadChanged();
