import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { findClinic } from "../members/store.ts";
import { canonical } from "./canonical.ts";
import { register } from "./model.ts";
import { register as route } from "./routes.ts";
import { registering } from "./store.ts";

export const handler = endpoint(route, async ({ body, caller, now, commit }) => {
  const [keyring, clinic] = await Promise.all([openKeyring(caller.clinic), findClinic(caller.clinic)]);
  const patient = register(canonical(body, clinic.country), { id: newId("pat"), now });
  const { key, writes } = registering(keyring, patient);
  await commit(writes, { answer: patient, patient: key });
  return patient;
});
