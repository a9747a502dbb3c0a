import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { missing } from "../kernel/problem.ts";
import { isTheirs, subjectOf } from "./model.ts";
import { list as route } from "./routes.ts";
import { findFeeds } from "./store.ts";

export const handler = endpoint(route, async ({ query, caller, concerns }) => {
  const { patient, practitioner } = query;
  const named = patient ?? practitioner;
  if (named && !isTheirs(caller, query)) throw missing();
  const seesAll = isTheirs(caller, {});
  const keyring = await openKeyring(caller.clinic);
  const list = listing("calendarFeeds.list", query);
  // Who is nobody in the clinic owns nothing; "-" is no one's id.
  const owner = named ?? (seesAll ? undefined : (caller.person ?? "-"));
  const { items, last } = await findFeeds(caller.clinic, owner, positionOf<string>(keyring, list), limitOf(list));
  concerns(...items.filter((feed) => feed.patient).map(subjectOf));
  return { items, next: last && cursorTo(keyring, list, last) };
});
