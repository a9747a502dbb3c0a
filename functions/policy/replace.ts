import { endpoint } from "../kernel/endpoint.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { replace } from "./model.ts";
import { replace as route } from "./routes.ts";
import { findPolicy, replacing } from "./store.ts";

export const handler = endpoint(route, async ({ body, caller, now, ifMatch, commit }) => {
  const seen = await findPolicy(caller.clinic);
  mustMatch(ifMatch, seen.version);
  const next = replace(seen, body, now);
  await commit(replacing(caller.clinic, seen, next, now), { answer: next });
  return next;
});
