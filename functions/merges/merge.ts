import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { tryAgain } from "../kernel/try-again.ts";
import { findPatient } from "../patients/store.ts";
import { begin, mustNotOverlap } from "./model.ts";
import { merge as route } from "./routes.ts";
import { beginning } from "./store.ts";
import { findUpcoming } from "./upcoming-store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, concerns, commit } = ask;
  const { clinic, user } = caller;
  const { into, reason } = body;
  const { patientId: from } = params;
  await mustSee(route, ask, from);
  await mustSee(route, ask, into);
  concerns({ patient: into });
  const keyring = await openKeyring(clinic);
  return tryAgain(async () => {
    const [gone, staying] = await Promise.all([findPatient(keyring, from), findPatient(keyring, into)]);
    if (!gone || !staying) throw missing();
    const begun = begin({ from, into, reason, by: user }, { id: newId("mrg"), now });
    const [ahead, others] = await Promise.all([findUpcoming(clinic, from, now), findUpcoming(clinic, into, now)]);
    mustNotOverlap(ahead, others);
    const answer = { ...begun, was: gone.patient };
    const { id: target } = begun;
    await commit(beginning(keyring, gone, begun), {
      answer,
      patient: staying.key,
      target,
      others: [{ patient: from, target }],
    });
    return answer;
  });
});
