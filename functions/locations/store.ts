import { absent, atVersion, put, type Write } from "../kernel/commit.ts";
import { happened } from "../kernel/outbox.ts";
import { stale } from "../kernel/precondition.ts";
import { refuse } from "../kernel/problem.ts";
import { get, getAll, type Item, keyOf, query } from "../kernel/table.ts";
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

/** Refuses (422) what is said to be where the clinic has no location, or none that is active; names each such field. */
export async function mustBeActive(
  clinic: string,
  named: readonly { path: string; location: string }[],
): Promise<void> {
  const rows = await getAll(named.map(({ location }) => locationAt(clinic, location)));
  const refused = (
    code: "unknown-location" | "location-inactive",
    expected: string,
    isWrong: (row?: Item) => boolean,
  ) => {
    const wrong = named.filter((_, place) => isWrong(rows[place]));
    if (wrong.length === 0) return;
    const errors = wrong
      .slice(0, 100)
      .map(({ path }) => ({ path, expected, message: `${path} should be ${expected}` }));
    throw refuse("unprocessable", code, { errors });
  };
  refused("unknown-location", "a location of this clinic", (row) => !row);
  refused("location-inactive", "a location that is active", (row) => row?.["active"] !== true);
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
