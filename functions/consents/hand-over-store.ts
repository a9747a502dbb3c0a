import { absent, commitAll, type Guard, put, remove, type Write } from "../kernel/commit.ts";
import type { Between } from "../kernel/patient-keys.ts";
import { get, type Item, keyOf, query } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import { consentAt, type Purpose } from "./store.ts";

const consentsOf = (clinic: string, patient: string, sk: string) => keyOf("consent", [clinic, patient], sk);

/**
 * The writes that put one decision among another patient's, where it stood in time; `name` is what it is called there, for
 * two who decided at one instant. None where it is not there.
 */
export async function handingOver({ from, to }: Between, sk: string, name: string): Promise<Write[]> {
  const { clinic } = from;
  const row = await get(consentsOf(clinic, from.patient, sk));
  if (!row) return [];
  const { pk: _, sk: __, ...decision } = row;
  return [
    remove(consentsOf(clinic, from.patient, sk), there),
    put(consentsOf(clinic, to.patient, name), decision, absent(changed)),
  ];
}

/** Makes a patient's latest decision about a purpose the one that stands; none stands where there is none. */
export async function settle(clinic: string, patient: string, purpose: Purpose): Promise<void> {
  const at = consentAt(clinic, patient, purpose);
  const decisions = { from: `THEN#${purpose}#`, to: `THEN#${purpose}#~`, descending: true, limit: 1 };
  const [seen, { items }] = await Promise.all([get(at), query(at, decisions)]);
  const [latest] = items;
  if (seen?.["at"] === latest?.["at"] && seen?.["version"] === latest?.["version"]) return;
  const { pk: _, sk: __, ...decision } = latest ?? {};
  await commitAll([latest ? put(at, decision, asSeen(seen)) : remove(at, asSeen(seen))]);
}

function asSeen(seen: Item | undefined): Guard {
  if (!seen) return absent(changed);
  const values = { ":at": seen["at"], ":version": seen["version"] };
  return { condition: "#at = :at AND version = :version", names: { "#at": "at" }, values, lost: changed };
}

const changed = () => new ReadChanged();
const there: Guard = { condition: "attribute_exists(pk)", lost: changed };
