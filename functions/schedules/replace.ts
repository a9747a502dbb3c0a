import { endpoint } from "../kernel/endpoint.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { reschedule } from "./model.ts";
import { replace as route } from "./routes.ts";
import { findSchedule, replacing } from "./store.ts";

export const handler = endpoint(route, async ({ params, body, caller, now, ifMatch, commit }) => {
  const seen = await findSchedule(caller.clinic, params.practitionerId);
  if (!seen) throw missing();
  mustMatch(ifMatch, seen.version);
  const next = reschedule(seen, body, now);
  await commit(replacing(caller.clinic, seen, next), { answer: next, target: next.practitioner });
  return next;
});
