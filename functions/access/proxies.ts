import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { get } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { proxies as route } from "./routes.ts";
import { mustSee } from "./sight-store.ts";
import { findAssigned, type ProxyGrant } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { clinic } = ask.caller;
  const { patientId } = ask.params;
  await mustSee(route, ask, patientId);
  const [patient, items] = await Promise.all([
    get(patientAt(clinic, patientId)),
    findAssigned<ProxyGrant>(clinic, patientId, "pat", ask.now),
  ]);
  if (!patient) throw missing();
  return { items };
});
