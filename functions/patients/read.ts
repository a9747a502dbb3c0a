import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { findOwn, subjectsFor } from "./namesake-store.ts";
import { read as route } from "./routes.ts";
import { findAttending } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, concerns } = ask;
  const keyring = await openKeyring(caller.clinic);
  const [found, own] = await Promise.all([
    findAttending(keyring, params.patientId),
    findOwn(keyring, caller),
    mustSee(route, ask, params.patientId),
  ]);
  if (!found) throw missing();
  concerns(...subjectsFor(own, [found.patient]));
  // Counters are the clinic's scheduling, which is not a privacy officer's to see.
  return caller.role === "privacy-officer" ? found.patient : { ...found.patient, attendance: found.attendance };
});
