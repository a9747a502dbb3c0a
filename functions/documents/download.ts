import { isShown } from "../access/rules.ts";
import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { envOr } from "../kernel/env.ts";
import { toInstant, toMs } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { mustGiveOut } from "./model.ts";
import { addressOf, downloadSeconds } from "./objects-store.ts";
import { download as route } from "./routes.ts";
import { findDocument } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now, concerns } = ask;
  const { labels } = await mustSee(route, ask, params.patientId);
  const seen = await findDocument(await openKeyring(caller.clinic), params, now);
  if (!seen || !isShown(seen.document, { user: caller.user, labels })) throw missing();
  const { document, place } = seen;
  concerns({ patient: document.patient, target: document.id });
  mustGiveOut(document, envOr("SCAN_GATE") === "on");
  return {
    url: await addressOf(place, document, now),
    expiresAt: toInstant(toMs(now) + downloadSeconds * 1000),
  };
});
