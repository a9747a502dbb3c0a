import { mustSee } from "../access/sight-store.ts";
import { appointmentAt } from "../appointments/store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { openKeyring, patientKey, patientKeyAt } from "../kernel/keyring.ts";
import { missing, refuse } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { authorOf, mustBeTheirs, write } from "./model.ts";
import { write as route } from "./routes.ts";
import { writing } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, commit } = ask;
  await mustSee(route, ask, params.patientId);
  const { clinic } = caller;
  const patient = params.patientId;
  if (body.state === "draft" && caller.role !== "practitioner")
    throw refuse("forbidden", "practitioners-only", noDraft);
  const visitKey = body.appointment ? [appointmentAt(clinic, body.appointment)] : [];
  const [keyring, [row, keyRow, visit]] = await Promise.all([
    openKeyring(clinic),
    getAll([patientAt(clinic, patient), patientKeyAt(clinic, patient), ...visitKey]),
  ]);
  const key = patientKey(keyring, patient, keyRow);
  if (!row || !key) throw missing();
  const entry = write(body, { id: newId("rec"), patient, by: authorOf(caller), now });
  mustBeTheirs(entry, visit);
  await commit(writing(keyring, key, entry), { answer: entry, patient: key, target: entry.id });
  return entry;
});

const noDraft = "Who may not read the record could not finish a draft.";
