import { labelled } from "../access/rules.ts";
import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { revise } from "./model.ts";
import { holding, mustBeNamed, namedBy } from "./named-store.ts";
import { revise as route } from "./routes.ts";
import { changing, findRecord } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, ifMatch, commit } = ask;
  const viewer = await mustSee(labelled(route, body.labels), ask, params.patientId);
  const keyring = await openKeyring(caller.clinic);
  const named = namedBy(caller.clinic, params.patientId, body);
  const seen = await findRecord(keyring, params, viewer, named);
  if (!seen) throw missing();
  mustMatch(ifMatch, seen.entry.version);
  const next = revise(seen.entry, body, now);
  const { key, besides } = seen;
  mustBeNamed({ entry: next, key, viewer }, besides);
  await commit([...changing(keyring, seen, next), ...holding(key, next)], {
    answer: next,
    patient: key,
    target: next.id,
  });
  return next;
});
