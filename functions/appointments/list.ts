import { mustSee } from "../access/sight-store.ts";
import { mustArrange } from "../kernel/access.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { invalid } from "../kernel/input.ts";
import { type Instant, type Interval, toMs } from "../kernel/instant.ts";
import { type Keyring, openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { missing } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import { practitionerAt } from "../practitioners/store.ts";
import { serviceAt } from "../services/store.ts";
import { dayOf, listedOn } from "./day-book.ts";
import { findDays } from "./day-book-store.ts";
import type { Appointment } from "./model.ts";
import { list as route } from "./routes.ts";
import { findAppointments } from "./store.ts";

/** Where a page ended: the start and id of the last appointment it looked at. */
interface Position {
  start: number;
  id: string;
}

/** What an appointment must be like to be listed. */
type Criteria = { [Field in "practitioner" | "service" | "status"]?: Appointment[Field] | undefined };

/** How often a page looks for more that fit, up to a hundred appointments at a time. */
const mostRounds = 5;

export const handler = endpoint(route, async (ask) => {
  const { query, caller, concerns } = ask;
  const { patient = ownId(caller), practitioner, service, status } = query;
  const thing = patient ?? practitioner;
  if (!thing)
    throw invalid([
      { path: "patient", expected: "a patient, or a practitioner", message: "patient or practitioner is required" },
    ]);
  if (patient || caller.role === "patient") await mustSee(route, ask, patient ?? "");
  else mustArrange(caller, thing);
  const keyring = await openKeyring(caller.clinic);
  const list = listing("appointments.list", query);
  const window = windowOf(query);
  const after = positionOf<Position>(keyring, list) ?? { start: window.start, id: "" };
  const listed = findListed(caller.clinic, thing, after, window.end);
  const [{ items, last }] = await Promise.all([
    findFitting(keyring, listed, { practitioner, service, status }, limitOf(list)),
    mustBeThere(caller.clinic, { patient, practitioner, service }),
  ]);
  concerns(...items.map((appointment) => ({ patient: appointment.patient })));
  return { items, next: last && cursorTo(keyring, list, last) };
});

/** A patient who names nobody asks for their own. */
function ownId({ role, person }: { role: string; person?: string }): string | undefined {
  return role === "patient" ? person : undefined;
}

/** Another clinic's patient, practitioner or service is as one that never was: 404. */
async function mustBeThere(
  clinic: string,
  { patient, practitioner, service }: { [Named in "patient" | "practitioner" | "service"]: string | undefined },
): Promise<void> {
  const named = [
    patient && patientAt(clinic, patient),
    practitioner && practitionerAt(clinic, practitioner),
    service && serviceAt(clinic, service),
  ];
  if ((await getAll(named.filter((key) => typeof key === "object"))).includes(undefined)) throw missing();
}

function windowOf({ from, to }: { from?: Instant; to?: Instant }): Interval {
  return { start: from ? toMs(from) : Date.UTC(1900, 0), end: to ? toMs(to) : Date.UTC(2200, 0) };
}

/** What is listed after a position and before `end`, by start, then id; days are read as they are needed. */
async function* findListed(clinic: string, thing: string, after: Position, end: number): AsyncGenerator<Position> {
  const isNext = ({ start, id }: Position) => start > after.start || (start === after.start && id > after.id);
  for await (const day of findDays(clinic, thing, dayOf(after.start), dayOf(end - 1)))
    yield* listedOn(day).filter((entry) => isNext(entry) && entry.start < end);
}

/** One page of what fits; `last` is there while more may follow. One more than fits the page tells whether any does. */
async function findFitting(
  keyring: Keyring,
  listed: AsyncGenerator<Position>,
  { practitioner, service, status }: Criteria,
  limit: number,
): Promise<{ items: Appointment[]; last: Position | undefined }> {
  const fits = (seen: Appointment) =>
    seen.practitioner === (practitioner ?? seen.practitioner) &&
    seen.service === (service ?? seen.service) &&
    seen.status === (status ?? seen.status);
  const size = service || status ? 100 : Math.min(100, limit + 1);
  const looked: Position[] = [];
  const found: Appointment[] = [];
  for (let round = 0; round < mostRounds && found.length <= limit; round++) {
    const next = await take(listed, size);
    looked.push(...next);
    const ids = next.map(({ id }) => id);
    found.push(...(await findAppointments(keyring, ids)).filter(fits));
    if (next.length < size && found.length <= limit) return { items: found, last: undefined };
  }
  const items = found.slice(0, limit);
  const isFull = found.length > limit;
  return { items, last: isFull ? looked.find(({ id }) => id === items.at(-1)?.id) : looked.at(-1) };
}

async function take<Item>(from: AsyncGenerator<Item>, count: number): Promise<Item[]> {
  const taken: Item[] = [];
  while (taken.length < count) {
    const { value, done } = await from.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}
