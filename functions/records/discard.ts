import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { mustBeDiscardable } from "./model.ts";
import { discard as route } from "./routes.ts";
import { discarding, findRecord } from "./store.ts";

export const handler = endpoint(route, async ({ params, caller, ifMatch, commit }) => {
  mustSee(caller, params.patientId);
  const keyring = await openKeyring(caller.clinic);
  const seen = await findRecord(keyring, params, caller);
  if (!seen) throw missing();
  mustMatch(ifMatch, seen.entry.version);
  mustBeDiscardable(seen.entry);
  const done = { answer: undefined, patient: seen.key, target: seen.entry.id };
  await commit(discarding(keyring, seen.entry), done);
});
