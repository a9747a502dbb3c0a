import { endpoint } from "../kernel/endpoint.ts";
import { missing, refuse } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { grantProxy as route } from "./routes.ts";
import { mustSee } from "./sight-store.ts";
import { granting, type ProxyGrant } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, commit } = ask;
  const { patientId, proxyId } = params;
  await mustSee(route, ask, patientId);
  const rows = await getAll([patientAt(caller.clinic, patientId), patientAt(caller.clinic, proxyId)]);
  if (rows.includes(undefined)) throw missing();
  if (patientId === proxyId) throw refuse("unprocessable", "own-proxy", "Nobody needs a proxy to act for themselves.");
  const { from = now, labels = [], ...rest } = body;
  const proxy: ProxyGrant = { proxy: proxyId, ...rest, from, labels, createdAt: now };
  await commit(granting(caller.clinic, patientId, proxy), { answer: proxy, whose: patientId, target: proxyId });
  return proxy;
});
