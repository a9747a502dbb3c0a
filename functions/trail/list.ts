import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { missing } from "../kernel/problem.ts";
import { get } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { list as route } from "./routes.ts";
import { findEntries } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, query, caller } = ask;
  await mustSee(route, ask, params.patientId);
  const { patientId } = params;
  const keyring = await openKeyring(caller.clinic);
  const list = listing("trail.list", { ...query, ...params });
  const after = positionOf<string>(keyring, list);
  const [patient, { items, last }] = await Promise.all([
    get(patientAt(caller.clinic, patientId)),
    findEntries(caller.clinic, patientId, after, limitOf(list)),
  ]);
  if (!patient) throw missing();
  const shown = caller.role === "patient" ? items.map(({ from, requestId, ...entry }) => entry) : items;
  return { items: shown, next: last && cursorTo(keyring, list, last) };
});
