import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { isTheirs, subjectOf } from "./model.ts";
import { remove as route } from "./routes.ts";
import { findFeed, removing } from "./store.ts";

export const handler = endpoint(route, async ({ params, caller, now, concerns, commit }) => {
  const kept = await findFeed(caller.clinic, params.feedId);
  if (!kept) throw missing();
  concerns(subjectOf(kept.feed));
  if (!isTheirs(caller, kept.feed)) throw missing();
  await commit(removing(caller.clinic, kept, now), { answer: undefined, target: kept.feed.id });
});
