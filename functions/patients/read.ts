import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findAttending } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller } = ask;
  await mustSee(route, ask, params.patientId);
  const found = await findAttending(await openKeyring(caller.clinic), params.patientId);
  if (!found) throw missing();
  // Counters are the clinic's scheduling, which is not a privacy officer's to see.
  return caller.role === "privacy-officer" ? found.patient : { ...found.patient, attendance: found.attendance };
});
