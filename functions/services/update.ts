import { endpoint } from "../kernel/endpoint.ts";
import { parsed } from "../kernel/input.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { mergePatch } from "../kernel/merge-patch.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { change, fieldsOf } from "./model.ts";
import { update as route, serviceFields } from "./routes.ts";
import { changing, findService, mustBePractitioners } from "./store.ts";

export const handler = endpoint(route, async ({ params, body, caller, now, ifMatch, commit }) => {
  const [keyring, seen] = await Promise.all([openKeyring(caller.clinic), findService(caller.clinic, params.serviceId)]);
  if (!seen) throw missing();
  mustMatch(ifMatch, seen.version);
  const next = change(seen, parsed(serviceFields, mergePatch(fieldsOf(seen), body)), now);
  await mustBePractitioners(caller.clinic, next.practitioners);
  await commit(changing(keyring, seen, next), { answer: next, target: next.id });
  return next;
});
