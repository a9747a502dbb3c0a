import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { add } from "./model.ts";
import { add as route } from "./routes.ts";
import { adding, mustBeLocation } from "./store.ts";

export const handler = endpoint(route, async ({ body, caller, now, commit }) => {
  const resource = add(body, { id: newId("res"), now });
  await mustBeLocation(caller.clinic, resource.location);
  await commit(adding(caller.clinic, resource), { answer: resource, target: resource.id });
  return resource;
});
