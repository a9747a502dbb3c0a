import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { parsed } from "../kernel/input.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { mergePatch } from "../kernel/merge-patch.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { findClinic } from "../members/store.ts";
import { canonical } from "./canonical.ts";
import { change, fieldsOf } from "./model.ts";
import { patientFields, update as route } from "./routes.ts";
import { changing, findPatient } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, ifMatch, commit } = ask;
  await mustSee(route, ask, params.patientId);
  const [keyring, clinic] = await Promise.all([openKeyring(caller.clinic), findClinic(caller.clinic)]);
  const seen = await findPatient(keyring, params.patientId);
  if (!seen) throw missing();
  mustMatch(ifMatch, seen.patient.version);
  const fields = parsed(patientFields, mergePatch(fieldsOf(seen.patient), body));
  const next = change(seen.patient, canonical(fields, clinic.country), now);
  await commit(changing(keyring, seen, next), { answer: next, patient: seen.key });
  return next;
});
