import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { missing } from "../kernel/problem.ts";
import type { Item } from "../kernel/table.ts";
import { routes } from "./routes.ts";
import { findKey, findRows, recordOf } from "./store.ts";

/** Where a page ended, among the entries by date. */
type Position = Pick<Item, "pk" | "sk"> & { at: string };

export const handler = endpoint(routes.list, async ({ params, query, caller }) => {
  const { patientId } = params;
  mustSee(caller, patientId);
  const keyring = await openKeyring(caller.clinic);
  const list = listing("records.list", { ...query, ...params });
  const limit = limitOf(list);
  let after = positionOf<Position>(keyring, list);
  const [key, first] = await Promise.all([
    findKey(keyring, patientId),
    findRows(caller.clinic, patientId, after, limit),
  ]);
  if (!key) throw missing();
  const items = [];
  for (let rows = first; ; rows = await findRows(caller.clinic, patientId, after, limit)) {
    const entries = rows.items.map((item) => ({ item, entry: recordOf(key, item) }));
    const fitting = entries.filter(({ entry }) => !query.kind || entry.kind === query.kind);
    const taken = fitting.slice(0, limit - items.length);
    items.push(...taken.map(({ entry }) => entry));
    const isFull = items.length === limit && (taken.length < fitting.length || rows.last);
    after = isFull ? positionAt(taken.at(-1)?.item ?? rows.items.at(-1)) : (rows.last as Position | undefined);
    if (isFull || !rows.last) break;
  }
  return { items, next: after && cursorTo(keyring, list, after) };
});

function positionAt(item: Item | undefined): Position | undefined {
  return item && { pk: item.pk, sk: item.sk, at: item["at"] as string };
}
