import { labelled } from "../access/rules.ts";
import { mustSee } from "../access/sight-store.ts";
import { appointmentAt } from "../appointments/store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { mustBeTheirs, revise } from "./model.ts";
import { revise as route } from "./routes.ts";
import { changing, findRecord } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, ifMatch, commit } = ask;
  const viewer = await mustSee(labelled(route, body.labels), ask, params.patientId);
  const keyring = await openKeyring(caller.clinic);
  const visit = body.appointment ? [appointmentAt(caller.clinic, body.appointment)] : [];
  const seen = await findRecord(keyring, params, viewer, visit);
  if (!seen) throw missing();
  mustMatch(ifMatch, seen.entry.version);
  const next = revise(seen.entry, body, now);
  mustBeTheirs(next, seen.besides[0]);
  await commit(changing(keyring, seen, next), { answer: next, patient: seen.key, target: next.id });
  return next;
});
