import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { get } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { list as route } from "./routes.ts";
import { findConsents } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { clinic } = ask.caller;
  const { patientId } = ask.params;
  await mustSee(route, ask, patientId);
  const [patient, items] = await Promise.all([get(patientAt(clinic, patientId)), findConsents(clinic, patientId)]);
  if (!patient) throw missing();
  return { items };
});
