import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { get } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { liftLegalHold as route } from "./routes.ts";
import { lifting } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now, commit } = ask;
  await mustSee(route, ask, params.patientId);
  if (!(await get(patientAt(caller.clinic, params.patientId)))) throw missing();
  await commit(lifting(caller.clinic, params.patientId, now), { answer: undefined, whose: params.patientId });
});
