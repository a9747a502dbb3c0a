import { toMs } from "../kernel/instant.ts";
import { type Keyring, type PatientKey, patientKey, patientKeyAt } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { practitionerAt } from "../practitioners/store.ts";
import { scheduleAt, scheduleOf } from "../schedules/store.ts";
import { serviceAt, serviceOf } from "../services/store.ts";
import { daysOf } from "./day-book.ts";
import { dayAt } from "./day-book-store.ts";
import type { BookingFields } from "./model.ts";
import type { Circumstances } from "./rules.ts";

/** The longest that an appointment may reach from its start: two hours of buffer before, 7.5 h with the one after. */
const reach = { before: 120 * 60_000, after: 450 * 60_000 };

/** All that decides on a booking, and the patient's key, in one batch read. What is not in the clinic does not exist: 404. */
export async function circumstancesOf(
  keyring: Keyring,
  { patient, practitioner, service, start }: Pick<BookingFields, "patient" | "practitioner" | "service" | "start">,
): Promise<Circumstances & { key: PatientKey }> {
  const { clinic } = keyring;
  const dates = daysOf({ start: toMs(start) - reach.before, end: toMs(start) + reach.after });
  const [patientRow, keyRow, practitionerRow, serviceRow, scheduleRow, ...days] = await getAll([
    patientAt(clinic, patient),
    patientKeyAt(clinic, patient),
    practitionerAt(clinic, practitioner),
    serviceAt(clinic, service),
    scheduleAt(clinic, practitioner),
    ...dates.map((date) => dayAt(clinic, practitioner, date)),
  ]);
  const key = patientKey(keyring, patient, keyRow);
  if (!patientRow || !key || !practitionerRow || !serviceRow || !scheduleRow) throw missing();
  return {
    key,
    patientIsActive: patientRow["active"] === true,
    practitionerIsActive: practitionerRow["active"] === true,
    service: serviceOf(serviceRow),
    schedule: scheduleOf(scheduleRow),
    days,
  };
}
