import { endpoint } from "../kernel/endpoint.ts";
import { mustMatch } from "../kernel/precondition.ts";
import { missing } from "../kernel/problem.ts";
import { mustBeActive } from "../locations/store.ts";
import { locationsIn, reschedule, subjectsOf } from "./model.ts";
import { findOutsideHours } from "./outside-store.ts";
import { replace as route } from "./routes.ts";
import { findSchedule, replacing } from "./store.ts";

export const handler = endpoint(route, async ({ params, query, body, caller, now, ifMatch, concerns, commit }) => {
  const { clinic } = caller;
  const seen = await findSchedule(clinic, params.practitionerId);
  if (!seen) throw missing();
  mustMatch(ifMatch, seen.version);
  await mustBeActive(clinic, locationsIn(body));
  const next = reschedule(seen, body, now);
  const answer = { ...next, ...(await findOutsideHours(clinic, next.practitioner, next, now)) };
  concerns(...subjectsOf(answer, query));
  if (query.dryRun === "true") return answer;
  await commit(replacing(clinic, seen, next), { answer, target: next.practitioner });
  return answer;
});
