import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { list as route } from "./routes.ts";
import { findLocations } from "./store.ts";

export const handler = endpoint(route, async ({ query, caller }) => {
  const keyring = await openKeyring(caller.clinic);
  const list = listing("locations.list", query);
  const { items, last } = await findLocations(caller.clinic, positionOf<string>(keyring, list), limitOf(list));
  return { items, next: last && cursorTo(keyring, list, last) };
});
