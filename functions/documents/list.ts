import { isShown } from "../access/rules.ts";
import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { findPatientKey } from "../kernel/patient-keys.ts";
import { missing } from "../kernel/problem.ts";
import { list as route } from "./routes.ts";
import { documentOf, findRows } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, query, caller } = ask;
  const { patientId } = params;
  const { labels } = await mustSee(route, ask, patientId);
  const keyring = await openKeyring(caller.clinic);
  const list = listing("documents.list", { ...query, ...params });
  const position = positionOf<Record<string, unknown>>(keyring, list);
  const [key, rows] = await Promise.all([
    findPatientKey(keyring, patientId),
    findRows(caller.clinic, patientId, position, limitOf(list)),
  ]);
  if (!key) throw missing();
  const viewer = { user: caller.user, labels };
  const items = rows.items.map((item) => documentOf(key, item)).filter((document) => isShown(document, viewer));
  return rows.last ? { items, next: cursorTo(keyring, list, rows.last) } : { items };
});
