import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { withPhone } from "../kernel/phone.ts";
import { findClinic } from "../members/store.ts";
import { add } from "./model.ts";
import { add as route } from "./routes.ts";
import { adding } from "./store.ts";

export const handler = endpoint(route, async ({ body, caller, now, commit }) => {
  const [keyring, clinic] = await Promise.all([openKeyring(caller.clinic), findClinic(caller.clinic)]);
  const location = add(withPhone(body, clinic.country), { id: newId("loc"), now });
  await commit(adding(keyring, location), { answer: location, target: location.id });
  return location;
});
