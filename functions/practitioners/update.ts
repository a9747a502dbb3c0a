import { endpoint } from "../kernel/endpoint.ts";
import { parsed } from "../kernel/input.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { mergePatch } from "../kernel/merge-patch.ts";
import { withPhone } from "../kernel/phone.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { mustBeThere } from "../locations/store.ts";
import { findClinic } from "../members/store.ts";
import { change, fieldsOf, locationsIn } from "./model.ts";
import { practitionerFields, update as route } from "./routes.ts";
import { changing, findPractitioner } from "./store.ts";

export const handler = endpoint(route, async ({ params, body, caller, now, ifMatch, commit }) => {
  const [keyring, clinic] = await Promise.all([openKeyring(caller.clinic), findClinic(caller.clinic)]);
  const seen = await findPractitioner(keyring, params.practitionerId);
  if (!seen) throw missing();
  mustMatch(ifMatch, seen.version);
  const fields = parsed(practitionerFields, mergePatch(fieldsOf(seen), body));
  const next = change(seen, withPhone(fields, clinic.country), now);
  await mustBeThere(caller.clinic, locationsIn(next));
  await commit(changing(keyring, seen, next), { answer: next, target: next.id });
  return next;
});
