import { mustSee } from "../access/sight-store.ts";
import { appointmentAt } from "../appointments/store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { openKeyring, patientKey, patientKeyAt } from "../kernel/keyring.ts";
import { missing, refuse } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { type ClinicalRecord, write } from "./model.ts";
import { write as route } from "./routes.ts";
import { writing } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, body, caller, now, commit } = ask;
  await mustSee(route, ask, params.patientId);
  const { clinic } = caller;
  const patient = params.patientId;
  const visitKey = body.appointment ? [appointmentAt(clinic, body.appointment)] : [];
  const [keyring, [row, keyRow, visit]] = await Promise.all([
    openKeyring(clinic),
    getAll([patientAt(clinic, patient), patientKeyAt(clinic, patient), ...visitKey]),
  ]);
  const key = patientKey(keyring, patient, keyRow);
  if (!row || !key) throw missing();
  if (body.appointment && visit?.["patient"] !== patient)
    throw refuse("unprocessable", "unknown-appointment", notTheirs);
  const author = { user: caller.user, practitioner: caller.role === "practitioner" ? caller.person : undefined };
  const entry = write(body, { id: newId("rec"), patient, author: author as ClinicalRecord["author"], now });
  if (Buffer.byteLength(JSON.stringify(entry)) > heaviest) throw refuse("too-large", "too-large", tooHeavy);
  await commit(writing(keyring, key, entry), { answer: entry, patient: key, target: entry.id });
  return entry;
});

/** The most an entry may weigh, in bytes: DynamoDB counts its row twice, in the table and in the index by date, up to 400 KB. */
const heaviest = 195_000;
const tooHeavy = `An entry may weigh ${heaviest} bytes.`;

const expected = "an appointment of this patient";
const notTheirs = { errors: [{ path: "appointment", expected, message: `appointment should be ${expected}` }] };
