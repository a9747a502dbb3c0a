import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { add } from "./model.ts";
import { add as route } from "./routes.ts";
import { adding, mustBePractitioners } from "./store.ts";

export const handler = endpoint(route, async ({ body, caller, now, commit }) => {
  const service = add(body, { id: newId("svc"), now });
  await mustBePractitioners(caller.clinic, service.practitioners);
  const keyring = await openKeyring(caller.clinic);
  await commit(adding(keyring, service), { answer: service, target: service.id });
  return service;
});
