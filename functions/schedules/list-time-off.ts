import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { missing } from "../kernel/problem.ts";
import { isPractitioner } from "../practitioners/store.ts";
import { listTimeOff as route } from "./routes.ts";
import { findTimesOff } from "./store.ts";

export const handler = endpoint(route, async ({ params, query, caller }) => {
  const keyring = await openKeyring(caller.clinic);
  const list = listing("schedules.listTimeOff", { ...query, ...params });
  const after = positionOf<Record<string, unknown>>(keyring, list);
  const [found, isThere] = await Promise.all([
    findTimesOff(keyring, params.practitionerId, after, limitOf(list)),
    isPractitioner(caller.clinic, params.practitionerId),
  ]);
  if (!isThere) throw missing();
  return { items: found.items, next: found.last && cursorTo(keyring, list, found.last) };
});
