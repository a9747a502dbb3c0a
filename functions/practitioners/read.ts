import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findPractitioner } from "./store.ts";

export const handler = endpoint(route, async ({ params, caller }) => {
  const practitioner = await findPractitioner(await openKeyring(caller.clinic), params.practitionerId);
  if (!practitioner) throw missing();
  return practitioner;
});
