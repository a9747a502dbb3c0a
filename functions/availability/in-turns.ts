/** How many day-books are read at once, however many a search needs. */
const atOnce = 16;

/** Does the work on each item, sixteen at a time, and gives the results in the order of the items. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    for (let place = next++; place < items.length; place = next++) results[place] = await work(items[place] as Item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
