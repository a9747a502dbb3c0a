import { endpoint } from "../kernel/endpoint.ts";
import { missing } from "../kernel/problem.ts";
import { endProxy as route } from "./routes.ts";
import { mustSee } from "./sight-store.ts";
import { ending } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now, commit } = ask;
  const { relation } = await mustSee(route, ask, params.patientId);
  // A proxy may lay down their own office, and nobody else's.
  if (relation === "proxy" && caller.person !== params.proxyId) throw missing();
  await commit(ending(caller.clinic, params.patientId, params.proxyId, now), {
    answer: undefined,
    whose: params.patientId,
    target: params.proxyId,
  });
});
