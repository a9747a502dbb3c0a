import { dayOf, listedOn } from "../appointments/day-book.ts";
import { findDays } from "../appointments/day-book-store.ts";
import { findAppointments } from "../appointments/store.ts";
import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { summary as route } from "./routes.ts";
import { shelves, summed } from "./shelves.ts";
import { findShelved } from "./shelves-store.ts";
import { findKey, findRecords } from "./store.ts";

export const handler = endpoint(route, async ({ params, caller, now }) => {
  const { patientId } = params;
  mustSee(caller, patientId);
  const keyring = await openKeyring(caller.clinic);
  const [key, next, lying] = await Promise.all([
    findKey(keyring, patientId),
    findNext(caller.clinic, patientId, now),
    Promise.all(shelves.map((shelf) => findShelved(keyring, patientId, shelf, mostShelved))),
  ]);
  if (!key) throw missing();
  const [appointments, entries] = await Promise.all([
    findAppointments(keyring, next),
    findRecords(
      key,
      lying.flatMap(({ ids }) => ids),
      caller,
    ),
  ]);
  const shelved = lying.map(({ shelf, ids, isMore }) => ({
    shelf,
    found: ids.flatMap((id) => entries.get(id) ?? []),
    isMore,
  }));
  return { ...summed(shelved, heaviest), appointments };
});

/** How much of each shelf is read. */
const mostShelved = 100;
/** The bytes that the entries may weigh: Lambda answers 6 MB at most. */
const heaviest = 4_000_000;

const mostAppointments = 10;
/** How many days with a booking, or one that was cancelled, are looked through for the next appointments. */
const mostDays = 124;

/** The ids of a patient's next appointments, by start. */
async function findNext(clinic: string, patient: string, now: Instant): Promise<string[]> {
  const found: string[] = [];
  let days = 0;
  for await (const day of findDays(clinic, patient, dayOf(toMs(now)), "9999")) {
    found.push(...listedOn(day).flatMap(({ id, start }) => (start >= toMs(now) ? [id] : [])));
    days += 1;
    if (found.length >= mostAppointments || days >= mostDays) break;
  }
  return found.slice(0, mostAppointments);
}
