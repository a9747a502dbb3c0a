import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { ReadChanged, tryAgain } from "../kernel/try-again.ts";
import { forgetting } from "../patients/store.ts";
import { confirm, mustBeErasable } from "./model.ts";
import { confirm as route } from "./routes.ts";
import { findStanding } from "./standing-store.ts";
import { confirming, findErasure } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now, concerns, commit } = ask;
  const { clinic, user } = caller;
  return tryAgain(async () => {
    const seen = await findErasure(clinic, params.erasureId);
    if (!seen) throw missing();
    const { id, patient } = seen;
    concerns({ patient, target: id });
    await mustSee(route, ask, patient);
    const next = confirm(seen, user, now);
    const keyring = await openKeyring(clinic);
    const standing = await findStanding(keyring, patient, now);
    // They were there when it was asked for: somebody else has confirmed it meanwhile.
    if (!standing) throw new ReadChanged();
    mustBeErasable({ isHeld: standing.legalHold !== undefined, until: standing.until }, now);
    const changed = () => new ReadChanged();
    const writes = [...forgetting(keyring, standing, changed), ...confirming(clinic, next, now)];
    await commit(writes, { answer: next, whose: patient, target: id });
    return next;
  });
});
