import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findService } from "./store.ts";

export const handler = endpoint(route, async ({ params, caller }) => {
  const service = await findService(caller.clinic, params.serviceId);
  if (!service) throw missing();
  return service;
});
