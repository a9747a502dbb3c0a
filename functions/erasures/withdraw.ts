import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { tryAgain } from "../kernel/try-again.ts";
import { withdraw } from "./model.ts";
import { withdraw as route } from "./routes.ts";
import { findErasure, withdrawing } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now, concerns, commit } = ask;
  return tryAgain(async () => {
    const seen = await findErasure(caller.clinic, params.erasureId);
    if (!seen) throw missing();
    const { id, patient } = seen;
    concerns({ patient, target: id });
    await mustSee(route, ask, patient);
    const next = withdraw(seen);
    await commit(withdrawing(caller.clinic, next, now), { answer: next, whose: patient, target: id });
    return next;
  });
});
