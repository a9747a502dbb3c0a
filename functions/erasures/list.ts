import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { list as route } from "./routes.ts";
import { findErasures } from "./store.ts";

export const handler = endpoint(route, async ({ query, caller, concerns }) => {
  const keyring = await openKeyring(caller.clinic);
  const list = listing("erasures.list", query);
  const { items, last } = await findErasures(keyring, positionOf<string>(keyring, list), limitOf(list));
  concerns(...items.map(({ patient, id }) => ({ patient, target: id })));
  return { items, next: last && cursorTo(keyring, list, last) };
});
