import { endpoint } from "../kernel/endpoint.ts";
import { parsed } from "../kernel/input.ts";
import { mergePatch } from "../kernel/merge-patch.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { change, fieldsOf } from "./model.ts";
import { locationFields, update as route } from "./routes.ts";
import { changing, findLocation } from "./store.ts";

export const handler = endpoint(route, async ({ params, body, caller, now, ifMatch, commit }) => {
  const seen = await findLocation(caller.clinic, params.locationId);
  if (!seen) throw missing();
  mustMatch(ifMatch, seen.version);
  const next = change(seen, parsed(locationFields, mergePatch(fieldsOf(seen), body)), now);
  await commit(changing(caller.clinic, seen, next), { answer: next, target: next.id });
  return next;
});
