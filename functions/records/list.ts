import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { findPatientKey } from "../kernel/patient-keys.ts";
import { missing } from "../kernel/problem.ts";
import type { Item } from "../kernel/table.ts";
import { type ClinicalRecord, type Criteria, isVisible, matches, type Viewer } from "./model.ts";
import { list as route } from "./routes.ts";
import { findRows, recordOf } from "./store.ts";

/** Where a page ended, among the entries by date. */
type Position = Pick<Item, "pk" | "sk"> & { at: string };

export const handler = endpoint(route, async (ask) => {
  const { params, query, caller } = ask;
  const { patientId } = params;
  const keyring = await openKeyring(caller.clinic);
  const list = listing("records.list", { ...query, ...params });
  const limit = limitOf(list);
  const isNarrowed = [query.kind, query.code, query.appointment].some(Boolean);
  const size = isNarrowed ? rowsAtOnce : limit + 1;
  let position = positionOf<Position>(keyring, list);
  const rowsOn = () => findRows(caller.clinic, patientId, query, position, size);
  // Who may not see it costs a read that is thrown away; who may is answered the sooner.
  const [viewer, key, first] = await Promise.all([
    mustSee(route, ask, patientId),
    findPatientKey(keyring, patientId),
    rowsOn(),
  ]);
  if (!key) throw missing();
  const items: ClinicalRecord[] = [];
  let weight = 0;
  for (let round = 0, rows = first; round < rounds; round++, rows = await rowsOn()) {
    for (const item of rows.items) {
      const entry = recordOf(key, item);
      if (isListed(entry, viewer, query)) {
        if (items.length === limit || weight > heaviest) return { items, next: cursorTo(keyring, list, position) };
        items.push(entry);
        weight += (item["sealed"] as Uint8Array).length;
      }
      position = { pk: item.pk, sk: item.sk, at: item["at"] as string };
    }
    if (!rows.last) return { items };
  }
  return { items, next: cursorTo(keyring, list, position) };
});

/** The bytes after which a page ends early: with what one more read gives (1 MB), it stays below Lambda's 6 MB. */
const heaviest = 4_000_000;

/** How many rows are read at a time where few may fit, and how often: the answer may then be short, and leads on. */
const rowsAtOnce = 100;
const rounds = 20;

function isListed(entry: ClinicalRecord, viewer: Viewer, asked: Criteria): boolean {
  return isVisible(entry, viewer) && matches(entry, asked);
}
