import { claimsOfHold } from "../holds/model.ts";
import { confirming, findHold } from "../holds/store.ts";
import { mustSee } from "../kernel/access.ts";
import type { Ask } from "../kernel/endpoint.ts";
import { newId } from "../kernel/ids.ts";
import { invalid } from "../kernel/input.ts";
import { toMs } from "../kernel/instant.ts";
import { openKeyring, patientKey, patientKeyAt } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { get } from "../kernel/table.ts";
import { accepting } from "../waitlist/store.ts";
import { holdExpired } from "./lost.ts";
import { type Appointment, type BookingFields, bookHeld } from "./model.ts";
import { booking } from "./store.ts";

/** Makes an appointment of a held time, in one transaction: the cells stay taken, now for good. Too late: 410. */
export async function confirm(
  holdId: string,
  { body, caller, now, commit }: Ask<unknown, unknown, BookingFields>,
): Promise<Appointment> {
  const keyring = await openKeyring(caller.clinic);
  const kept = await findHold(caller.clinic, holdId);
  if (!kept) throw missing();
  const { hold } = kept;
  const patient = hold.patient ?? body.patient;
  if (caller.role === "patient" && !hold.patient) throw missing();
  if (!patient || (body.patient && body.patient !== patient)) throw invalid([wrongPatient]);
  mustSee(caller, patient);
  if (hold.status !== "held" || toMs(now) > toMs(hold.expiresAt)) throw holdExpired();
  const key = patientKey(keyring, patient, await get(patientKeyAt(caller.clinic, patient)));
  if (!key) throw missing();
  const visit = bookHeld({ ...hold, patient, reason: body.reason }, kept.buffers, { id: newId("apt"), now });
  const { appointment } = visit;
  const writes = [
    ...confirming(caller.clinic, kept, appointment.id),
    ...accepting(caller.clinic, hold, appointment.id, now, holdExpired),
    ...booking(keyring, { visit, key }, caller, { held: claimsOfHold(kept) }),
  ];
  await commit(writes, { answer: appointment, patient: key, target: appointment.id });
  return appointment;
}

const expected = "the patient whom the time is held for, or one where it is held for nobody";
const wrongPatient = { path: "patient", expected, message: `patient should be ${expected}` };
