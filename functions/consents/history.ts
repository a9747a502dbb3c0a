import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { missing } from "../kernel/problem.ts";
import { get } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { history as route } from "./routes.ts";
import { findDecisions } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { clinic } = ask.caller;
  const { patientId, purpose } = ask.params;
  await mustSee(route, ask, patientId);
  const keyring = await openKeyring(clinic);
  const list = listing("consents.history", { ...ask.query, ...ask.params });
  const [patient, { items, last }] = await Promise.all([
    get(patientAt(clinic, patientId)),
    findDecisions(clinic, patientId, purpose, positionOf<string>(keyring, list), limitOf(list)),
  ]);
  if (!patient) throw missing();
  return { items, next: last && cursorTo(keyring, list, last) };
});
