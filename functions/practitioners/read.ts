import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { routes } from "./routes.ts";
import { findPractitioner } from "./store.ts";

export const handler = endpoint(routes.read, async ({ params, caller }) => {
  const practitioner = await findPractitioner(await openKeyring(caller.clinic), params.practitionerId);
  if (!practitioner) throw missing();
  return practitioner;
});
