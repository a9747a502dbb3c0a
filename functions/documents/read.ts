import { isShown } from "../access/rules.ts";
import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { read as route } from "./routes.ts";
import { findDocument } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now, concerns } = ask;
  const { labels } = await mustSee(route, ask, params.patientId);
  const seen = await findDocument(await openKeyring(caller.clinic), params, now);
  if (!seen || !isShown(seen.document, { user: caller.user, labels })) throw missing();
  concerns({ patient: params.patientId, target: seen.document.id });
  return seen.document;
});
