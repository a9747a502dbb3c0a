import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { missing } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { serviceAt } from "../services/store.ts";
import { findEntries } from "./list-store.ts";
import type { Entry } from "./model.ts";
import { list as route } from "./routes.ts";

export const handler = endpoint(route, async (ask) => {
  const { query, caller, concerns } = ask;
  const { clinic } = caller;
  const patient = query.patient ?? (caller.role === "patient" ? (caller.person as Entry["patient"]) : undefined);
  if (patient || caller.role === "patient") await mustSee(route, ask, patient ?? "");
  const keyring = await openKeyring(clinic);
  const list = listing("waitlist.list", query);
  const criteria = { patient, service: query.service, status: query.status };
  const [{ items, last }] = await Promise.all([
    findEntries(clinic, criteria, positionOf<string>(keyring, list), limitOf(list)),
    mustBeThere(clinic, criteria),
  ]);
  concerns(...items.map((entry) => ({ patient: entry.patient })));
  return { items, next: last && cursorTo(keyring, list, last) };
});

/** Another clinic's patient or service is as one that never was: 404. */
async function mustBeThere(clinic: string, { patient, service }: Partial<Pick<Entry, "patient" | "service">>) {
  const named = [patient && patientAt(clinic, patient), service && serviceAt(clinic, service)];
  if ((await getAll(named.filter((key) => typeof key === "object"))).includes(undefined)) throw missing();
}
