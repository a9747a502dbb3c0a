import { randomBytes } from "node:crypto";
import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { mustFindKey } from "../patients/store.ts";
import { isAgreed, mustBeFew, noConsent, passwordFrom, request } from "./model.ts";
import { request as route } from "./routes.ts";
import { decisionsAt, decisionsOf, findExpiries, requesting } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, commit } = ask;
  const { clinic } = caller;
  const { patientId: patient } = params;
  const sight = await mustSee(route, ask, patient);
  const { key, besides } = await mustFindKey(clinic, patient, decisionsAt({ clinic, patient }, body));
  if (!isAgreed(decisionsOf(besides))) throw noConsent();
  mustBeFew(await findExpiries(clinic, patient), now);
  const asked = request(body, sight, { id: newId("exp"), patient, now });
  const password = passwordFrom(randomBytes(25));
  const answer = { ...asked.export, password };
  await commit(requesting(key, asked, password), { answer, patient: key, target: asked.export.id });
  return answer;
});
