import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { mustBeThere } from "../locations/store.ts";
import { add, locationsIn } from "./model.ts";
import { add as route } from "./routes.ts";
import { adding } from "./store.ts";

export const handler = endpoint(route, async ({ body, caller, now, commit }) => {
  const resource = add(body, { id: newId("res"), now });
  await mustBeThere(caller.clinic, locationsIn(resource));
  await commit(adding(caller.clinic, resource), { answer: resource, target: resource.id });
  return resource;
});
