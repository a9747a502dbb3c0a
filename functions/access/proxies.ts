import { endpoint } from "../kernel/endpoint.ts";
import { proxies as route } from "./routes.ts";
import { mustSee } from "./sight-store.ts";
import { mustFindAssigned, type ProxyGrant } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { patientId } = ask.params;
  await mustSee(route, ask, patientId);
  return { items: await mustFindAssigned<ProxyGrant>(ask.caller.clinic, patientId, "pat", ask.now) };
});
