import { absent, atVersion, put, type Write } from "../kernel/commit.ts";
import { identifying } from "../kernel/identifier.ts";
import type { Keyring } from "../kernel/keyring.ts";
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
export function locationOf(item: Item): Location {
  const { id, name, zone, address, phone, managingOrganization, identifier, ...rest } = item as unknown as Location;
  const { active, version, createdAt, updatedAt } = rest;
  return { id, name, zone, address, phone, managingOrganization, identifier, active, version, createdAt, updatedAt };
}

/** A location, and the path of the field that names it. */
interface Named {
  path: string;
  location: string;
}

/** Refuses (422) what is said to be where the clinic has no location; names each such field. */
export async function mustBeThere(clinic: string, named: readonly Named[]): Promise<void> {
  mustAllBe(known, named, await findRows(clinic, named));
}

/** Refuses (422) what is said to be where the clinic has no location, or none that is active; names each such field. */
export async function mustBeActive(clinic: string, named: readonly Named[]): Promise<void> {
  const rows = await findRows(clinic, named);
  mustAllBe(known, named, rows);
  mustAllBe(active, named, rows);
}

const known = { code: "unknown-location", expected: "a location of this clinic", isSo: (row?: Item) => Boolean(row) };
const active = {
  code: "location-inactive",
  expected: "a location that is active",
  isSo: (row?: Item) => row?.["active"] === true,
};

function findRows(clinic: string, named: readonly Named[]): Promise<(Item | undefined)[]> {
  return getAll(named.map(({ location }) => locationAt(clinic, location)));
}

function mustAllBe(
  { code, expected, isSo }: typeof known,
  named: readonly Named[],
  rows: readonly (Item | undefined)[],
): void {
  const wrong = named.filter((_, place) => !isSo(rows[place]));
  if (wrong.length === 0) return;
  const errors = wrong.slice(0, 100).map(({ path }) => ({ path, expected, message: `${path} should be ${expected}` }));
  throw refuse("unprocessable", code, { errors });
}

/** The writes that add a location. */
export function adding(keyring: Keyring, location: Location): Write[] {
  const { clinic } = keyring;
  const taken = absent(() => new Error("there is a location of that id"));
  return [
    put(locationAt(clinic, location.id), { ...location }, taken),
    ...identifying(keyring, "location", location.id, location.identifier),
    happened(clinic, "location.added", { location: location.id, version: 1 }, location.createdAt),
  ];
}

/** The writes that change a location from one version to the next. */
export function changing(keyring: Keyring, seen: Location, next: Location): Write[] {
  const { clinic } = keyring;
  return [
    put(locationAt(clinic, next.id), { ...next }, atVersion(seen.version, stale)),
    ...identifying(keyring, "location", next.id, next.identifier, seen.identifier),
    happened(clinic, "location.changed", { location: next.id, version: next.version }, next.updatedAt),
  ];
}
