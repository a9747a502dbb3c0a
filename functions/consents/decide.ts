import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { tryAgain } from "../kernel/try-again.ts";
import { patientAt } from "../patients/store.ts";
import { decide as route } from "./routes.ts";
import { type Consent, consentAt, consentOf, deciding } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, commit } = ask;
  const { patientId, purpose } = params;
  await mustSee(route, ask, patientId);
  const { clinic, user, role, person } = caller;
  return tryAgain(async () => {
    const [patient, row] = await getAll([patientAt(clinic, patientId), consentAt(clinic, patientId, purpose)]);
    if (!patient) throw missing();
    const seen = row && consentOf(row);
    const version = (seen?.version ?? 0) + 1;
    const decided: Consent = { purpose, ...body, at: now, by: { user, role, person }, version };
    const isSame = seen?.given === body.given && seen.wording === body.wording;
    const next = isSame ? seen : decided;
    const writes = isSame ? [] : deciding(clinic, patientId, seen, next);
    await commit(writes, { answer: next, whose: patientId, target: purpose });
    return next;
  });
});
