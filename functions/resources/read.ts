import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findResource } from "./store.ts";

export const handler = endpoint(route, async ({ params, caller }) => {
  const resource = await findResource(caller.clinic, params.resourceId);
  if (!resource) throw missing();
  return resource;
});
