import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { findPatient } from "../patients/store.ts";
import type { LegalHold } from "./model.ts";
import { placeLegalHold as route } from "./routes.ts";
import { holding } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, commit } = ask;
  await mustSee(route, ask, params.patientId);
  const found = await findPatient(await openKeyring(caller.clinic), params.patientId);
  if (!found) throw missing();
  const hold: LegalHold = { reason: body.reason, by: caller.user, at: now };
  await commit(holding(found.key, hold), { answer: hold, patient: found.key });
  return hold;
});
