import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { add } from "./model.ts";
import { add as route } from "./routes.ts";
import { adding } from "./store.ts";

export const handler = endpoint(route, async ({ body, caller, now, commit }) => {
  const location = add(body, { id: newId("loc"), now });
  await commit(adding(caller.clinic, location), { answer: location, target: location.id });
  return location;
});
