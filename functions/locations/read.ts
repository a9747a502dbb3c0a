import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findLocation } from "./store.ts";

export const handler = endpoint(route, async ({ params, caller }) => {
  const location = await findLocation(caller.clinic, params.locationId);
  if (!location) throw missing();
  return location;
});
