import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { ReadChanged, tryAgain } from "../kernel/try-again.ts";
import { leavingList } from "./leaving-store.ts";
import { end } from "./model.ts";
import { leave as route } from "./routes.ts";
import { findEntry } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now, concerns, commit } = ask;
  await tryAgain(async () => {
    const seen = await findEntry(caller.clinic, params.waitlistId);
    if (!seen) throw missing();
    const { id, patient, status } = seen.entry;
    concerns({ patient, target: id });
    await mustSee(route, ask, patient);
    if (status === "cancelled") return;
    const left = end(seen, "cancelled", now);
    const writes = await leavingList(caller.clinic, seen, left, { now, lost: () => new ReadChanged() });
    await commit(writes, { answer: undefined, target: id });
  });
});
