import { mustSee } from "../access/sight-store.ts";
import { findRecipients } from "../exports/store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { toInstant, toMs } from "../kernel/instant.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { mustFindKey } from "../patients/store.ts";
import { disclosureIn } from "./disclosures.ts";
import { disclosed as route } from "./routes.ts";
import { findTrail } from "./search-store.ts";

/** As far back as a patient may ask: six years (45 CFR 164.528(a)(1)), in milliseconds. */
const sixYears = 2192 * 86_400_000;

export const handler = endpoint(route, async (ask) => {
  const { params, query, caller, now } = ask;
  const { clinic } = caller;
  const { patientId: patient } = params;
  await mustSee(route, ask, patient);
  const { keyring, key } = await mustFindKey(clinic, patient);
  const list = listing("trail.disclosed", { ...query, ...params });
  const criteria = { from: toInstant(toMs(now) - sixYears), ...query, patient };
  const after = positionOf<string>(keyring, list);
  const accepts = (entry: Parameters<typeof disclosureIn>[0]) => disclosureIn(entry) !== undefined;
  const { items, last } = await findTrail(clinic, criteria, { after, limit: limitOf(list), accepts });
  const exports = items.flatMap(({ action, target }) => (action === "export.disclose" && target ? target : []));
  const recipients = await findRecipients(key, exports);
  const disclosures = items.flatMap((entry) => {
    const { id, at, action: what, target, user, person } = entry;
    const disclosure = disclosureIn(entry);
    return disclosure ? [{ id, at, ...disclosure, to: recipients.get(target ?? ""), user, person, what, target }] : [];
  });
  return { items: disclosures, next: last && cursorTo(keyring, list, last) };
});
