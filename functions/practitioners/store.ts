import { absent, atVersion, put, type Write } from "../kernel/commit.ts";
import { identifying } from "../kernel/identifier.ts";
import { type Keyring, openFor, sealFor } from "../kernel/keyring.ts";
import { happened } from "../kernel/outbox.ts";
import { stale } from "../kernel/precondition.ts";
import { get, type Item, keyOf, query } from "../kernel/table.ts";
import type { Schedule } from "../schedules/model.ts";
import { scheduleAt } from "../schedules/store.ts";
import type { Practitioner } from "./model.ts";

export const practitionerAt = (clinic: string, practitioner: string) => keyOf("practitioner", [clinic], practitioner);

export async function findPractitioner(keyring: Keyring, id: string): Promise<Practitioner | undefined> {
  const item = await get(practitionerAt(keyring.clinic, id));
  return item && practitionerOf(keyring, item);
}

/** Whether there is such a practitioner, where no more need be known. */
export async function isPractitioner(clinic: string, id: string): Promise<boolean> {
  return (await get(practitionerAt(clinic, id))) !== undefined;
}

/** One page of the clinic's practitioners, in the order of their ids. */
export async function findPractitioners(keyring: Keyring, after: string | undefined, limit: number) {
  const partition = practitionerAt(keyring.clinic, "");
  const { items, last } = await query(partition, { limit, after: after ? { pk: partition.pk, sk: after } : undefined });
  return { items: items.map((item) => practitionerOf(keyring, item)), last: last?.["sk"] as string | undefined };
}

function practitionerOf(keyring: Keyring, item: Item): Practitioner {
  return openFor(keyring, "practitioner", item.sk, item["version"] as number, item["sealed"]);
}

/** The writes that add a practitioner, with a schedule that is never open. */
export function adding(keyring: Keyring, practitioner: Practitioner, schedule: Schedule): Write[] {
  const { clinic } = keyring;
  const taken = absent(() => new Error("there is a practitioner of that id"));
  return [
    put(practitionerAt(clinic, practitioner.id), rowOf(keyring, practitioner), taken),
    put(scheduleAt(clinic, practitioner.id), { ...schedule }, taken),
    ...identifying(keyring, "practitioner", practitioner.id, practitioner.identifier),
    happened(clinic, "practitioner.added", { practitioner: practitioner.id, version: 1 }, practitioner.createdAt),
  ];
}

/** The writes that change a practitioner from one version to the next. */
export function changing(keyring: Keyring, seen: Practitioner, next: Practitioner): Write[] {
  return [
    put(practitionerAt(keyring.clinic, next.id), rowOf(keyring, next), atVersion(seen.version, stale)),
    ...identifying(keyring, "practitioner", next.id, next.identifier, seen.identifier),
    happened(keyring.clinic, "practitioner.changed", { practitioner: next.id, version: next.version }, next.updatedAt),
  ];
}

function rowOf(keyring: Keyring, practitioner: Practitioner) {
  const { id, version, active } = practitioner;
  return { version, active, sealed: sealFor(keyring, "practitioner", id, version, practitioner) };
}
