import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { routes } from "./routes.ts";
import { findSchedule } from "./store.ts";

export const handler = endpoint(routes.read, async ({ params, caller }) => {
  const schedule = await findSchedule(caller.clinic, params.practitionerId);
  if (!schedule) throw missing();
  return schedule;
});
