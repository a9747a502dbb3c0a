import { sortable } from "../kernel/instant.ts";
import { getAll, type Item, type Key, keyOf, query } from "../kernel/table.ts";
import { type AuditEntry, entryOf } from "./store.ts";

/** What entries are searched by; `from` is included, `to` is not. */
export interface Criteria {
  patient?: string | undefined;
  user?: string | undefined;
  action?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

interface Asked {
  /** The sort key after which to go on. */
  after?: string | undefined;
  limit: number;
  accepts?: (entry: AuditEntry) => boolean;
}

/** How many rows are read at once, and how often one request reads on for what is rare; the answer may then be short. */
const [rowsAtOnce, rounds] = [1000, 20];

/**
 * Entries, latest first; `last` is there while more may follow. One patient's are read as they lie; a clinic's by the
 * links of its chain, so they are there as soon as they are linked.
 */
export async function findTrail(clinic: string, criteria: Criteria, { after, limit, accepts = () => true }: Asked) {
  const items: AuditEntry[] = [];
  let position = after;
  for (let round = 0; round < rounds; round++) {
    const atOnce = Math.min(rowsAtOnce, round === 0 ? limit + 1 : rowsAtOnce);
    const { rows, isLast } = await rowsAfter(clinic, criteria, position, atOnce);
    for (const { sk, entry } of rows) {
      if (entry && accepts(entry)) {
        if (items.length === limit) return { items, last: position };
        items.push(entry);
      }
      position = sk;
    }
    if (isLast) return { items };
  }
  return { items, last: position };
}

/** Some rows after a position, each with its entry if that is one of those asked for. */
async function rowsAfter(clinic: string, criteria: Criteria, after: string | undefined, limit: number) {
  const { patient, from, to } = criteria;
  const partition = patient ? keyOf("audit", [clinic, patient], "") : keyOf("chain", [clinic], "");
  const { items, last } = await query(partition, {
    descending: true,
    limit,
    ...(from ? { from: sortable(from) } : {}),
    ...(to ? { to: sortable(to) } : {}),
    ...(after ? { after: { pk: partition.pk, sk: after } } : {}),
  });
  const isAsked = ({ user, action }: Record<string, unknown>) =>
    (!criteria.user || user === criteria.user) && (!criteria.action || action === criteria.action);
  const asked = items.filter(isAsked);
  const entries = patient ? asked : await getAll(asked.map(entryAt));
  const found = new Map(entries.flatMap((item) => (item ? [[item.sk, entryOf(item)] as const] : [])));
  return { rows: items.map(({ sk }) => ({ sk, entry: found.get(sk) })), isLast: !last };
}

function entryAt({ of, sk }: Item): Key {
  return { family: "audit", pk: of as string, sk };
}
