import { absent, atVersion, put, type Write } from "../kernel/commit.ts";
import { identifying } from "../kernel/identifier.ts";
import type { Keyring } from "../kernel/keyring.ts";
import { happened } from "../kernel/outbox.ts";
import { stale } from "../kernel/precondition.ts";
import { refuse } from "../kernel/problem.ts";
import { get, getAll, type Item, keyOf, query } from "../kernel/table.ts";
import { practitionerAt } from "../practitioners/store.ts";
import type { Service } from "./model.ts";

export const serviceAt = (clinic: string, service: string) => keyOf("service", [clinic], service);

export async function findService(clinic: string, id: string): Promise<Service | undefined> {
  const item = await get(serviceAt(clinic, id));
  return item && serviceOf(item);
}

/** One page of the clinic's services, in the order of their ids. */
export async function findServices(clinic: string, after: string | undefined, limit: number) {
  const partition = serviceAt(clinic, "");
  const { items, last } = await query(partition, { limit, after: after ? { pk: partition.pk, sk: after } : undefined });
  return { items: items.map(serviceOf), last: last?.["sk"] as string | undefined };
}

/** A service from its row. */
export function serviceOf(item: Item): Service {
  const { id, name, durationMinutes, slotIntervalMinutes, bufferBeforeMinutes, bufferAfterMinutes, ...rest } =
    item as unknown as Service;
  const { modality, capacity, practitioners, requires, policy, identifier, active, version, createdAt, updatedAt } =
    rest;
  const timing = { durationMinutes, slotIntervalMinutes, bufferBeforeMinutes, bufferAfterMinutes };
  const terms = { modality, capacity, practitioners, requires, policy };
  return { id, name, ...timing, ...terms, identifier, active, version, createdAt, updatedAt };
}

/** Refuses (422) a service offered by somebody who is no practitioner of the clinic. */
export async function mustBePractitioners(clinic: string, ids: readonly string[]): Promise<void> {
  const found = await getAll(ids.map((id) => practitionerAt(clinic, id)));
  const unknown = found.findIndex((item) => !item);
  if (unknown < 0) return;
  const path = `practitioners.${unknown}`;
  throw refuse("unprocessable", "unknown-practitioner", {
    errors: [
      { path, expected: "a practitioner of this clinic", message: `${path} should be a practitioner of this clinic` },
    ],
  });
}

/** The writes that add a service. */
export function adding(keyring: Keyring, service: Service): Write[] {
  return [
    put(
      serviceAt(keyring.clinic, service.id),
      { ...service },
      absent(() => new Error("there is a service of that id")),
    ),
    ...identifying(keyring, "service", service.id, service.identifier),
    happened(keyring.clinic, "service.added", { service: service.id, version: 1 }, service.createdAt),
  ];
}

/** The writes that change a service from one version to the next. */
export function changing(keyring: Keyring, seen: Service, next: Service): Write[] {
  return [
    put(serviceAt(keyring.clinic, next.id), { ...next }, atVersion(seen.version, stale)),
    ...identifying(keyring, "service", next.id, next.identifier, seen.identifier),
    happened(keyring.clinic, "service.changed", { service: next.id, version: next.version }, next.updatedAt),
  ];
}
