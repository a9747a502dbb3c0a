import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { findSurvivor } from "../kernel/merged.ts";
import { missing, refuse } from "../kernel/problem.ts";
import { tryAgain } from "../kernel/try-again.ts";
import { undo } from "./model.ts";
import { undo as route } from "./routes.ts";
import { findWhole, undoing } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now, concerns, commit } = ask;
  const keyring = await openKeyring(caller.clinic);
  return tryAgain(async () => {
    const found = await findWhole(keyring, params.mergeId);
    if (!found) throw missing();
    const { id: target, from, into } = found.merge;
    concerns({ patient: from, target }, { patient: into, target });
    await mustSee(route, ask, into);
    const next = undo(found.merge, now);
    const { gone, staying } = found.both;
    const later = staying ? undefined : await findSurvivor(caller.clinic, into);
    if (later) throw refuse("conflict", "into-merged", { detail: undoThat, existing: later.merge });
    if (!gone || !staying) throw missing();
    const writes = undoing(keyring, gone, next, now);
    await commit(writes, { answer: next, patient: staying, target, others: [{ patient: from, target }] });
    return next;
  });
});

const undoThat = "Whoever stayed was merged into another since: undo that first.";
