import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { tombstoneAt } from "../kernel/merged.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { missing } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { search as route } from "./routes.ts";
import { findTrail } from "./search-store.ts";

export const handler = endpoint(route, async ({ query, caller }) => {
  const { clinic } = caller;
  if (query.patient) await mustHaveBeen(clinic, query.patient);
  const keyring = await openKeyring(clinic);
  const list = listing("trail.search", query);
  const after = positionOf<string>(keyring, list);
  const { items, last } = await findTrail(clinic, query, { after, limit: limitOf(list) });
  return { items, next: last && cursorTo(keyring, list, last) };
});

/** What was done to a patient before they were merged into another is told by the id they had. */
async function mustHaveBeen(clinic: string, patient: string): Promise<void> {
  const rows = await getAll([patientAt(clinic, patient), tombstoneAt(clinic, patient)]);
  if (rows.every((row) => row === undefined)) throw missing();
}
