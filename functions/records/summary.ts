import { mustSee } from "../access/sight-store.ts";
import { dayOf, listedOn } from "../appointments/day-book.ts";
import { findDays } from "../appointments/day-book-store.ts";
import type { Appointment } from "../appointments/model.ts";
import { findAppointments } from "../appointments/store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { findPatientKey } from "../kernel/patient-keys.ts";
import { missing } from "../kernel/problem.ts";
import { summary as route } from "./routes.ts";
import { shelves, summed } from "./shelves.ts";
import { findShelved, shelvedIds } from "./shelves-store.ts";
import { findRecords } from "./store.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, now } = ask;
  const { patientId } = params;
  const keyring = await openKeyring(caller.clinic);
  const [viewer, key] = await Promise.all([mustSee(route, ask, patientId), findPatientKey(keyring, patientId)]);
  if (!key) throw missing();
  const [listed, lying] = await Promise.all([
    findListed(caller.clinic, patientId, now),
    Promise.all(shelves.map((shelf) => findShelved(key, shelf, mostShelved))),
  ]);
  const named = lying.map(({ rows, ...shelf }) => ({ ...shelf, ids: shelvedIds(key, rows) }));
  const ids = named.flatMap((shelf) => shelf.ids);
  const [booked, entries] = await Promise.all([findAppointments(keyring, listed), findRecords(key, ids, viewer)]);
  const shelved = named.map((shelf) => ({ ...shelf, found: shelf.ids.flatMap((id) => entries.get(id) ?? []) }));
  const appointments = booked.filter(isAhead).slice(0, mostAppointments);
  return { ...summed(shelved, heaviest), appointments };
});

/** How much of each shelf is read. */
const mostShelved = 100;
/** The bytes that the entries may weigh: Lambda answers 6 MB at most. */
const heaviest = 4_000_000;

const mostAppointments = 10;
/** How many of what a patient has had booked ahead are looked through for them, the cancelled among these. */
const mostListed = 100;
const isAhead = ({ status }: Appointment) => !["cancelled", "noshow", "fulfilled", "entered-in-error"].includes(status);

/** The ids of what a patient has had booked from now on, by start. */
async function findListed(clinic: string, patient: string, now: Instant): Promise<string[]> {
  const ids: string[] = [];
  for await (const day of findDays(clinic, patient, dayOf(toMs(now)), "9999")) {
    ids.push(...listedOn(day).flatMap(({ id, start }) => (start >= toMs(now) ? [id] : [])));
    if (ids.length >= mostListed) break;
  }
  return ids.slice(0, mostListed);
}
