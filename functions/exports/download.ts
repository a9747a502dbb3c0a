import { endpoint } from "../kernel/endpoint.ts";
import { toInstant, toMs } from "../kernel/instant.ts";
import { addressOf, downloadSeconds } from "./files-store.ts";
import { isAgreed, mustBeReady, noConsent } from "./model.ts";
import { mustFindOwn } from "./own-store.ts";
import { download as route } from "./routes.ts";
import { decisionsAt, decisionsOf } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { caller, now } = ask;
  const { clinic } = caller;
  const { found, attempts, besides } = await mustFindOwn(route, ask, (row) => decisionsAt({ clinic, ...row }, row));
  mustBeReady(found);
  if (!isAgreed(decisionsOf(besides))) throw noConsent();
  return {
    url: await addressOf({ clinic, patient: found.patient, export: found.id, attempt: attempts }, now),
    expiresAt: toInstant(toMs(now) + downloadSeconds * 1000),
  };
});
