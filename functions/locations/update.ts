import { endpoint } from "../kernel/endpoint.ts";
import { parsed } from "../kernel/input.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { mergePatch } from "../kernel/merge-patch.ts";
import { withPhone } from "../kernel/phone.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { findClinic } from "../members/store.ts";
import { change, fieldsOf } from "./model.ts";
import { locationFields, update as route } from "./routes.ts";
import { changing, findLocation } from "./store.ts";

export const handler = endpoint(route, async ({ params, body, caller, now, ifMatch, commit }) => {
  const [keyring, clinic] = await Promise.all([openKeyring(caller.clinic), findClinic(caller.clinic)]);
  const seen = await findLocation(caller.clinic, params.locationId);
  if (!seen) throw missing();
  mustMatch(ifMatch, seen.version);
  const fields = parsed(locationFields, mergePatch(fieldsOf(seen), body));
  const next = change(seen, withPhone(fields, clinic.country), now);
  await commit(changing(keyring, seen, next), { answer: next, target: next.id });
  return next;
});
