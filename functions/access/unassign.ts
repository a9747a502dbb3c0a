import { endpoint } from "../kernel/endpoint.ts";
import { unassign as route } from "./routes.ts";
import { mustSee } from "./sight-store.ts";
import { ending } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now, commit } = ask;
  await mustSee(route, ask, params.patientId);
  const writes = ending(caller.clinic, params.patientId, params.practitionerId, now);
  await commit(writes, { answer: undefined, whose: params.patientId, target: params.practitionerId });
});
