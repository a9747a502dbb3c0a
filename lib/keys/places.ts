import type { Item } from "../../functions/kernel/table.ts";
import { namedBy, type Place } from "../../functions/kernel/vault.ts";

type Within = Pick<Place, "type" | "id" | "version">;

/** For what the clinic's key seals in the clinic's table, by family: the place that a row's blob is bound to. */
const places: Record<string, ((item: Item) => Within) | undefined> = {
  PRACTITIONER: ({ sk, version }) => ({ type: "practitioner", id: sk, version: version as number }),
  SCHEDULE: ({ id }) => ({ type: "time-off", id: id as string, version: 1 }),
  ONCE: ({ sk }) => ({ type: "once", id: sk, version: 0 }),
};

/** The place of the blob in a row that the clinic's key seals. A kind of row that is not known here must not be passed over. */
export function placeIn(item: Item): Within {
  const family = item.pk.split("#")[0] as string;
  const place = places[family];
  if (!place)
    throw new Error(`${family} rows are sealed by the clinic's key: say in lib/keys/places.ts for which place`);
  return place(item);
}

export interface Blob {
  attribute: string;
  /** The number of the clinic's key that it names. */
  number: number;
}

/** The blobs of a row that the clinic's key seals, wrapped keys of patients among them. */
export function clinicBlobsIn(item: Item): Blob[] {
  return Object.entries(item).flatMap(([attribute, value]) => {
    const named = namedBy(value);
    return named?.kind === "C" ? [{ attribute, number: named.number }] : [];
  });
}
