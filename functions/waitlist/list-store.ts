import { getAll, type Item, query } from "../kernel/table.ts";
import type { Entry, KeptEntry } from "./model.ts";
import { entryAt, entryOf, ownAt, queueOf } from "./store.ts";

/** What an entry must be like to be listed. */
export type Criteria = { [Field in "patient" | "service" | "status"]?: Entry[Field] | undefined };

/** How often a page looks for more that fit, up to a hundred entries at a time. */
const mostRounds = 5;

/** One page of the entries that fit, in the order of their ids; `last` is there while more may follow. */
export async function findEntries(
  clinic: string,
  { patient, service, status }: Criteria,
  after: string | undefined,
  limit: number,
): Promise<{ items: Entry[]; last: string | undefined }> {
  const partition = patient ? ownAt(clinic, patient, "") : entryAt(clinic, "");
  const fits = (seen: Entry) => seen.service === (service ?? seen.service) && seen.status === (status ?? seen.status);
  const found: Entry[] = [];
  let looked = after;
  for (let round = 0; round < mostRounds; round++) {
    const start = looked ? { pk: partition.pk, sk: looked } : undefined;
    const { items, last } = await query(partition, { from: "wtl_", to: "wtl_~", after: start, limit: 100 });
    const rows = patient ? await getAll(items.map(({ sk }) => entryAt(clinic, sk))) : items;
    found.push(...rows.flatMap((row) => (row ? entryOf(row).entry : [])).filter(fits));
    if (found.length > limit || (found.length === limit && last))
      return { items: found.slice(0, limit), last: found[limit - 1]?.id };
    if (!last) return { items: found, last: undefined };
    looked = last["sk"] as string;
  }
  return { items: found, last: looked };
}

/** Those who wait in a clinic, for a service or for any: by service, then by rank. */
export async function findQueue(clinic: string, service?: string): Promise<KeptEntry[]> {
  const partition = queueOf(clinic);
  const range = service ? { from: `${service}#`, to: `${service}#~` } : {};
  const waiting: Item[] = [];
  let after: Record<string, unknown> | undefined;
  do {
    const { items, last } = await query(partition, { ...range, after });
    waiting.push(...items);
    after = last;
  } while (after);
  return waiting.map(entryOf);
}
