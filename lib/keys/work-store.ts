import { absent, commitAll, put, remove, update } from "../../functions/kernel/commit.ts";
import { clinicKeyAt, findKeyRows, type KeyRow, settling } from "../../functions/kernel/keyring.ts";
import { newClinicKey } from "../../functions/kernel/new-key.ts";
import { get, keyOf } from "../../functions/kernel/table.ts";
import type { Work } from "./steps.ts";

export type Kind = KeyRow["kind"];

/** Beside the clinic's keys, behind them: where functions do not look. */
const workAt = (clinic: string, kind: Kind) => keyOf("key", [clinic], `WORK#${kind}`);

/** A clinic's keys of one kind, oldest first. */
export async function findKeys(clinic: string, kind: Kind): Promise<KeyRow[]> {
  return (await findKeyRows(clinic)).filter((row) => row.kind === kind);
}

export async function findWork(clinic: string, kind: Kind): Promise<Work | undefined> {
  return (await get(workAt(clinic, kind)))?.["work"] as Work | undefined;
}

export async function saveWork(clinic: string, kind: Kind, work: Work): Promise<void> {
  await commitAll([put(workAt(clinic, kind), { work })]);
}

/** Keeps a new key, made by KMS, that is used from the time on by which every function knows of it. Gives its number. */
export async function saveNewKey(clinic: string, { kind, number }: Pick<KeyRow, "kind" | "number">, now: Date) {
  const wrapped = await newClinicKey(clinic, { kind, number });
  const row = { wrapped, from: now.getTime() + settling, createdAt: now.toISOString() };
  const raced = absent(() => new Error("somebody else has just begun to rotate this key"));
  await commitAll([put(clinicKeyAt(clinic, { kind, number }), row, raced)]);
}

/** Keeps that everything has been rewritten; of index keys, also that the older is written under no longer. */
export async function saveRewritten(clinic: string, kind: Kind, work: Work, now: Date): Promise<void> {
  const [oldest] = await findKeys(clinic, kind);
  if (!oldest) throw new Error("the older key is gone");
  const until = update(clinicKeyAt(clinic, oldest), "SET #until = :now", {
    condition: "attribute_exists(pk)",
    names: { "#until": "until" },
    values: { ":now": now.getTime() },
    lost: () => new Error("the older key is gone"),
  });
  await commitAll([
    put(workAt(clinic, kind), { work: { ...work, rewrittenAt: now.toISOString() } }),
    ...(kind === "INDEX" ? [until] : []),
  ]);
}

/** Destroys a key that nothing names any more, and forgets the work that led there. */
export async function destroyKey(clinic: string, key: KeyRow): Promise<void> {
  await commitAll([remove(clinicKeyAt(clinic, key)), remove(workAt(clinic, key.kind))]);
}
