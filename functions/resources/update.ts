import { endpoint } from "../kernel/endpoint.ts";
import { parsed } from "../kernel/input.ts";
import { mergePatch } from "../kernel/merge-patch.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { mustBeThere } from "../locations/store.ts";
import { change, fieldsOf, locationsIn } from "./model.ts";
import { resourceFields, update as route } from "./routes.ts";
import { changing, findResource } from "./store.ts";

export const handler = endpoint(route, async ({ params, body, caller, now, ifMatch, commit }) => {
  const seen = await findResource(caller.clinic, params.resourceId);
  if (!seen) throw missing();
  mustMatch(ifMatch, seen.version);
  const next = change(seen, parsed(resourceFields, mergePatch(fieldsOf(seen), body)), now);
  await mustBeThere(caller.clinic, locationsIn(next));
  await commit(changing(caller.clinic, seen, next), { answer: next, target: next.id });
  return next;
});
