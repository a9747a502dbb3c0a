import { labelled } from "../access/rules.ts";
import { mustSee } from "../access/sight-store.ts";
import { appointmentAt } from "../appointments/store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { refuse } from "../kernel/problem.ts";
import { mustFindKey } from "../patients/store.ts";
import { authorOf, mustBeTheirs, write } from "./model.ts";
import { write as route } from "./routes.ts";
import { writing } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, commit } = ask;
  await mustSee(labelled(route, body.labels), ask, params.patientId);
  const { clinic } = caller;
  const patient = params.patientId;
  if (body.state === "draft" && caller.role !== "practitioner")
    throw refuse("forbidden", "practitioners-only", noDraft);
  const visitKey = body.appointment ? [appointmentAt(clinic, body.appointment)] : [];
  const { keyring, key, besides } = await mustFindKey(clinic, patient, visitKey);
  const entry = write(body, { id: newId("rec"), patient, by: authorOf(caller), now });
  mustBeTheirs(entry, besides[0]);
  await commit(writing(keyring, key, entry), { answer: entry, patient: key, target: entry.id });
  return entry;
});

const noDraft = "Who may not read the record could not finish a draft.";
