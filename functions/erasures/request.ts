import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { mustBeErasable, request } from "./model.ts";
import { request as route } from "./routes.ts";
import { findStanding } from "./standing-store.ts";
import { alreadyOpen, requesting } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, commit } = ask;
  const { patientId: patient } = params;
  await mustSee(route, ask, patient);
  const standing = await findStanding(await openKeyring(caller.clinic), patient, now);
  if (!standing) throw missing();
  const { key, legalHold, until, erasure } = standing;
  mustBeErasable({ isHeld: legalHold !== undefined, until }, now);
  if (erasure) throw alreadyOpen(erasure);
  const asked = request({ patient, reason: body.reason, by: caller.user }, { id: newId("era"), now });
  await commit(requesting(key, asked), { answer: asked, patient: key, target: asked.id });
  return asked;
});
