import { mustSee } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { invalid } from "../kernel/input.ts";
import { type Instant, type Interval, toMs } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { missing } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { practitionerAt } from "../practitioners/store.ts";
import { dayOf, listedOn } from "./day-book.ts";
import { findDays } from "./day-book-store.ts";
import { list as route } from "./routes.ts";
import { findAppointments } from "./store.ts";

/** Where a page ended: the last appointment's start and id. */
interface Position {
  start: number;
  id: string;
}

export const handler = endpoint(route, async ({ query, caller, concerns }) => {
  const { patient = ownId(caller), practitioner } = query;
  const thing = patient ?? practitioner;
  if (!thing)
    throw invalid([
      { path: "patient", expected: "a patient, or a practitioner", message: "patient or practitioner is required" },
    ]);
  if (patient || caller.role === "patient") mustSee(caller, patient ?? "");
  const keyring = await openKeyring(caller.clinic);
  const list = listing("appointments.list", query);
  const limit = limitOf(list);
  const window = windowOf(query);
  const after = positionOf<Position>(keyring, list) ?? { start: window.start, id: "" };
  const [listed] = await Promise.all([
    findListed(caller.clinic, thing, after, window.end, limit + 1),
    mustBeThere(caller.clinic, patient, practitioner),
  ]);
  const found = await findAppointments(
    keyring,
    listed.slice(0, limit).map(({ id }) => id),
  );
  const items = found.filter((appointment) => !patient || !practitioner || appointment.practitioner === practitioner);
  concerns(...items.map((appointment) => ({ patient: appointment.patient })));
  const last = listed[limit - 1];
  return {
    items,
    next: last && listed.length > limit ? cursorTo(keyring, list, { start: last.start, id: last.id }) : undefined,
  };
});

/** A patient who names nobody asks for their own. */
function ownId({ role, person }: { role: string; person?: string }): string | undefined {
  return role === "patient" ? person : undefined;
}

/** Another clinic's patient or practitioner is as one that never was: 404. */
async function mustBeThere(clinic: string, patient: string | undefined, practitioner: string | undefined) {
  const named = [patient && patientAt(clinic, patient), practitioner && practitionerAt(clinic, practitioner)];
  if ((await getAll(named.filter((key) => typeof key === "object"))).includes(undefined)) throw missing();
}

function windowOf({ from, to }: { from?: Instant; to?: Instant }): Interval {
  return { start: from ? toMs(from) : Date.UTC(1900, 0), end: to ? toMs(to) : Date.UTC(2200, 0) };
}

async function findListed(clinic: string, thing: string, after: Position, end: number, enough: number) {
  const isNext = ({ start, id }: Position) => start > after.start || (start === after.start && id > after.id);
  const listed: Position[] = [];
  for await (const day of findDays(clinic, thing, dayOf(after.start), dayOf(end - 1))) {
    listed.push(...listedOn(day).filter((entry) => isNext(entry) && entry.start < end));
    if (listed.length >= enough) break;
  }
  return listed.slice(0, enough);
}
