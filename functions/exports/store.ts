import { consentAt, consentOf } from "../consents/store.ts";
import { absent, put, remove, update, type Write } from "../kernel/commit.ts";
import type { Instant } from "../kernel/instant.ts";
import { happened } from "../kernel/outbox.ts";
import { openOf, type PatientKey, sealOf } from "../kernel/patient-keys.ts";
import { get, getAll, type Item, keyOf, query } from "../kernel/table.ts";
import { dueAt } from "./due-store.ts";
import { type Export, type KeptExport, neededFor } from "./model.ts";

/*
 * An export's row is plain but for who is to have it, what its asker may see and, until it is written, its password: those
 * are sealed with the patient's key. A row beside tells which exports a patient has.
 */

export const exportAt = (clinic: string, id: string) => keyOf("export", [clinic, id], "EXPORT");
export const ownAt = (clinic: string, patient: string, id: string) => keyOf("export", [clinic, patient], id);

/** Thrown when somebody else writes an export meanwhile, or it is there no more. */
export class TakenOver extends Error {
  override name = "TakenOver";
}

/** An export as it lies in the table. */
interface Row extends Omit<Export, "recipient">, Pick<KeptExport, "attempts" | "heldUntil"> {
  user: string;
  relation: KeptExport["sight"]["relation"];
  sealed: Uint8Array;
  password?: Uint8Array;
}

type Sealed = Pick<Export, "recipient"> & Pick<KeptExport["sight"], "labels">;

/** An export's row, which takes no key; whose it is and who asked for it is plain. */
export async function findRow(
  clinic: string,
  id: string,
): Promise<(Item & Pick<Row, "patient" | "user" | "purpose">) | undefined> {
  return (await get(exportAt(clinic, id))) as (Item & Row) | undefined;
}

/** An export from its row. */
export function exportOf(key: PatientKey, item: Item): KeptExport {
  const { id, patient, purpose, timeZone, status, failure, progress, ...rest } = item as unknown as Row;
  const { requestedAt, readyAt, expiresAt, size, user, relation, attempts, heldUntil, sealed } = rest;
  const { recipient, labels } = openOf<Sealed>(key, "export", id, 1, sealed);
  const told = { id, patient, purpose, recipient, timeZone, status, failure, progress };
  return {
    export: { ...told, requestedAt, readyAt, expiresAt, size },
    sight: { user, relation, labels },
    attempts,
    heldUntil,
  };
}

/** The password of an export that is not written yet. */
export function passwordOf(key: PatientKey, item: Item): string {
  return openOf(key, "export-password", item["id"] as string, 1, item["password"]);
}

/** When each of a patient's exports expires. */
export async function findExpiries(clinic: string, patient: string): Promise<Instant[]> {
  const { items } = await query(ownAt(clinic, patient, ""));
  return items.map((item) => item["expiresAt"] as Instant);
}

/** Who was to have each of some exports of a patient, by their ids. */
export async function findRecipients(key: PatientKey, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = ids.length > 0 ? await getAll(ids.map((id) => exportAt(key.clinic, id))) : [];
  const found = rows.flatMap((row) => (row ? exportOf(key, row).export : []));
  return new Map(found.flatMap(({ id, recipient }) => (recipient ? [[id, recipient] as const] : [])));
}

/** Where the decisions lie that an export needs. */
export function decisionsAt({ clinic, patient }: { clinic: string; patient: string }, asked: Pick<Export, "purpose">) {
  return neededFor(asked).map((purpose) => consentAt(clinic, patient, purpose));
}

export function decisionsOf(rows: readonly (Item | undefined)[]) {
  return rows.map((row) => row && consentOf(row));
}

/** The writes that ask for an export. */
export function requesting(key: PatientKey, { export: asked, sight, attempts }: KeptExport, password: string): Write[] {
  const { clinic, patient } = key;
  const { recipient, ...plain } = asked;
  const { id, expiresAt } = plain;
  const { labels, ...who } = sight;
  const sealed = sealOf(key, "export", id, 1, { recipient, labels } satisfies Sealed);
  const row = { ...plain, ...who, attempts, sealed, password: sealOf(key, "export-password", id, 1, password) };
  return [
    put(
      exportAt(clinic, id),
      row,
      absent(() => new Error("there is an export of that id")),
    ),
    put(ownAt(clinic, patient, id), { expiresAt, requestedAt: plain.requestedAt }),
    put(dueAt(clinic, plain), { clinic, export: id }),
    happened(clinic, "export.requested", { export: id, patient }, plain.requestedAt),
  ];
}

/** The write by which an export is as its writer has it, if it is still theirs: begun as often as they know. */
function moving(clinic: string, next: KeptExport, begun = next.attempts): Write {
  const { id, status, progress, failure, readyAt, size } = next.export;
  const { attempts, heldUntil } = next;
  const told = Object.entries({ status, progress, failure, readyAt, size, attempts, heldUntil }).filter(
    ([, value]) => value !== undefined,
  );
  const set = told.map(([name]) => `#${name} = :${name}`).join(", ");
  const isOver = status === "ready" || status === "failed";
  return update(exportAt(clinic, id), `SET ${set}${isOver ? " REMOVE password" : ""}`, {
    condition: "#attempts = :begun AND #status IN (:queued, :writing)",
    names: Object.fromEntries(told.map(([name]) => [`#${name}`, name])),
    values: {
      ...Object.fromEntries(told.map(([name, value]) => [`:${name}`, value])),
      ":begun": begun,
      ":queued": "queued" satisfies Export["status"],
      ":writing": "writing" satisfies Export["status"],
    },
    lost: () => new TakenOver(),
  });
}

/** The write by which an export is its writer's, if nobody has taken it since it was read. */
export function taking(clinic: string, next: KeptExport): Write {
  return moving(clinic, next, next.attempts - 1);
}

/** The write that says how far an archive is, and that its writer is still at work. */
export function noting(clinic: string, next: KeptExport): Write {
  return moving(clinic, next);
}

/** The writes that end an export, one way or the other: the password goes, and nothing is due any more. */
export function ending(clinic: string, next: KeptExport, now: Instant): Write[] {
  const { id, patient, status } = next.export;
  return [
    moving(clinic, next),
    remove(dueAt(clinic, next.export)),
    happened(clinic, `export.${status}`, { export: id, patient }, now),
  ];
}
