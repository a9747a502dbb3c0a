import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { list as route } from "./routes.ts";
import { findServices } from "./store.ts";

export const handler = endpoint(route, async ({ query, caller }) => {
  const keyring = await openKeyring(caller.clinic);
  const list = listing("services.list", query);
  const { items, last } = await findServices(caller.clinic, positionOf<string>(keyring, list), limitOf(list));
  return { items, next: last && cursorTo(keyring, list, last) };
});
