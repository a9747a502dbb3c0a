import { absent, atVersion, put, type Write } from "../kernel/commit.ts";
import { happened } from "../kernel/outbox.ts";
import { stale } from "../kernel/precondition.ts";
import { get, type Item, keyOf, query } from "../kernel/table.ts";
import type { Location } from "./model.ts";

export const locationAt = (clinic: string, location: string) => keyOf("location", [clinic], location);

export async function findLocation(clinic: string, id: string): Promise<Location | undefined> {
  const item = await get(locationAt(clinic, id));
  return item && locationOf(item);
}

/** One page of the clinic's locations, in the order of their ids. */
export async function findLocations(clinic: string, after: string | undefined, limit: number) {
  const partition = locationAt(clinic, "");
  const { items, last } = await query(partition, { limit, after: after ? { pk: partition.pk, sk: after } : undefined });
  return { items: items.map(locationOf), last: last?.["sk"] as string | undefined };
}

/** A location from its row. */
function locationOf(item: Item): Location {
  const { id, name, zone, address, active, version, createdAt, updatedAt } = item as unknown as Location;
  return { id, name, zone, address, active, version, createdAt, updatedAt };
}

/** The writes that add a location. */
export function adding(clinic: string, location: Location): Write[] {
  const taken = absent(() => new Error("there is a location of that id"));
  return [
    put(locationAt(clinic, location.id), { ...location }, taken),
    happened(clinic, "location.added", { location: location.id, version: 1 }, location.createdAt),
  ];
}

/** The writes that change a location from one version to the next. */
export function changing(clinic: string, seen: Location, next: Location): Write[] {
  return [
    put(locationAt(clinic, next.id), { ...next }, atVersion(seen.version, stale)),
    happened(clinic, "location.changed", { location: next.id, version: next.version }, next.updatedAt),
  ];
}
