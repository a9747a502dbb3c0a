import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { mustBeDiscardable } from "./model.ts";
import { discard as route } from "./routes.ts";
import { discarding, findRecord } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, ifMatch, commit } = ask;
  const viewer = await mustSee(route, ask, params.patientId);
  const keyring = await openKeyring(caller.clinic);
  const seen = await findRecord(keyring, params, viewer);
  if (!seen) throw missing();
  mustMatch(ifMatch, seen.entry.version);
  mustBeDiscardable(seen.entry);
  const done = { answer: undefined, patient: seen.key, target: seen.entry.id };
  await commit(discarding(keyring, seen.entry), done);
});
