import { labelled } from "../access/rules.ts";
import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { refuse } from "../kernel/problem.ts";
import { mustFindKey } from "../patients/store.ts";
import { authorOf, write } from "./model.ts";
import { holding, mustBeNamed, namedBy } from "./named-store.ts";
import { write as route } from "./routes.ts";
import { writing } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, commit } = ask;
  const viewer = await mustSee(labelled(route, body.labels), ask, params.patientId);
  const { clinic } = caller;
  const patient = params.patientId;
  if (body.state === "draft" && caller.role !== "practitioner")
    throw refuse("forbidden", "practitioners-only", noDraft);
  const { keyring, key, besides } = await mustFindKey(clinic, patient, namedBy(clinic, patient, body));
  const entry = write(body, { id: newId("rec"), patient, by: authorOf(caller), now });
  mustBeNamed({ entry, key, viewer }, besides);
  await commit([...writing(keyring, key, entry), ...holding(key, entry)], {
    answer: entry,
    patient: key,
    target: entry.id,
  });
  return entry;
});

const noDraft = "Who may not read the record could not finish a draft.";
