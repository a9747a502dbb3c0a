import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { sign } from "./model.ts";
import { holding } from "./named-store.ts";
import { sign as route } from "./routes.ts";
import { changing, findRecord } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now, ifMatch, commit } = ask;
  const viewer = await mustSee(route, ask, params.patientId);
  const keyring = await openKeyring(caller.clinic);
  const seen = await findRecord(keyring, params, viewer);
  if (!seen) throw missing();
  mustMatch(ifMatch, seen.entry.version);
  const next = sign(seen.entry, now);
  await commit([...changing(keyring, seen, next), ...holding(seen.key, next)], {
    answer: next,
    patient: seen.key,
    target: next.id,
  });
  return next;
});
