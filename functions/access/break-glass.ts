import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { toInstant, toMs } from "../kernel/instant.ts";
import { mustFindKey } from "../patients/store.ts";
import { breakGlass as route } from "./routes.ts";
import { mustSee } from "./sight-store.ts";
import { type BreakGlass, opening } from "./store.ts";

/** How long a patient's data stay open, in milliseconds. */
const fourHours = 4 * 3_600_000;

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, commit } = ask;
  const { clinic } = caller;
  const { patientId: patient } = params;
  // It asks for no relation; but who looks for a patient by an id that was merged learns by which one to ask.
  await mustSee(route, ask, patient);
  const { key } = await mustFindKey(clinic, patient);
  const practitioner = caller.person as BreakGlass["practitioner"];
  const until = toInstant(toMs(now) + fourHours);
  const grant: BreakGlass = { id: newId("btg"), patient, practitioner, reason: body.reason, from: now, until };
  caller.breakGlass = grant.id;
  await commit(opening(clinic, key, grant), { answer: grant, patient: key, target: grant.id });
  return grant;
});
