import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { missing } from "../kernel/problem.ts";
import { isVisible, versionOf } from "./model.ts";
import { history as route } from "./routes.ts";
import { findRecord, findVersions } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, query, caller, concerns } = ask;
  const viewer = await mustSee(route, ask, params.patientId);
  const keyring = await openKeyring(caller.clinic);
  const list = listing("records.history", { ...query, ...params });
  const limit = limitOf(list);
  // The version at which the page before ended.
  const position = positionOf<number>(keyring, list);
  const seen = await findRecord(keyring, params, viewer);
  if (!seen) throw missing();
  concerns({ patient: params.patientId, target: seen.entry.id });
  const { entries, isLast } = await findVersions(keyring, seen, position ?? seen.entry.version, limit);
  const all = (position ? entries : [seen.entry, ...entries]).slice(0, limit);
  const isEnd = isLast && all.length >= entries.length + (position ? 0 : 1);
  const items = all.filter((entry) => isVisible(entry, viewer)).map(versionOf);
  return { items, next: isEnd ? undefined : cursorTo(keyring, list, all.at(-1)?.version) };
});
