import { endpoint } from "../kernel/endpoint.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { mustFindKey } from "../patients/store.ts";
import { breakGlassGrants as route } from "./routes.ts";
import { mustSee } from "./sight-store.ts";
import { findGrants } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { clinic } = ask.caller;
  const { patientId: patient } = ask.params;
  await mustSee(route, ask, patient);
  const { keyring, key } = await mustFindKey(clinic, patient);
  const list = listing("access.breakGlassGrants", { ...ask.query, ...ask.params });
  const { items, last } = await findGrants(key, positionOf<string>(keyring, list), limitOf(list));
  return { items, next: last && cursorTo(keyring, list, last) };
});
