import { commitAll, remove } from "./commit.ts";
import { type Item, type Key, query, type Range } from "./table.ts";

/** How many rows go in one transaction: even of the largest, they stay below its 4 MB. */
export const few = 10;

/** Deletes all rows of a key's partition. */
export async function clear({ family, pk }: Pick<Key, "family" | "pk">): Promise<void> {
  for (;;) {
    const { items } = await query({ family, pk }, { limit: few });
    if (items.length === 0) return;
    await commitAll(items.map(({ sk }) => remove({ family, pk, sk })));
  }
}

/** All rows of a partition, or of a stretch of it, page by page; whoever deletes those that were given misses none. */
export async function* eachRow(partition: Pick<Key, "family" | "pk">, range: Range = {}): AsyncGenerator<Item> {
  let after = range.after;
  do {
    const { items, last } = await query(partition, { ...range, after });
    yield* items;
    after = last;
  } while (after);
}
