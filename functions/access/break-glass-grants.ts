import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring, patientKey, patientKeyAt } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { missing } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { breakGlassGrants as route } from "./routes.ts";
import { mustSee } from "./sight-store.ts";
import { findGrants } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { clinic } = ask.caller;
  const { patientId: patient } = ask.params;
  await mustSee(route, ask, patient);
  const keyring = await openKeyring(clinic);
  const list = listing("access.breakGlassGrants", { ...ask.query, ...ask.params });
  const [row, keyRow] = await getAll([patientAt(clinic, patient), patientKeyAt(clinic, patient)]);
  const key = patientKey(keyring, patient, keyRow);
  if (!row || !key) throw missing();
  const { items, last } = await findGrants(key, positionOf<string>(keyring, list), limitOf(list));
  return { items, next: last && cursorTo(keyring, list, last) };
});
