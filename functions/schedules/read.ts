import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findSchedule } from "./store.ts";

export const handler = endpoint(route, async ({ params, caller }) => {
  const schedule = await findSchedule(caller.clinic, params.practitionerId);
  if (!schedule) throw missing();
  return schedule;
});
