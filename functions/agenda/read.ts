import { type Day, daysOf } from "../appointments/day-book.ts";
import { dayAt } from "../appointments/day-book-store.ts";
import { findOutlines } from "../appointments/store.ts";
import { dayIn } from "../availability/opening-hours.ts";
import { endpoint } from "../kernel/endpoint.ts";
import type { Instant, Interval } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { findLocation } from "../locations/store.ts";
import { findPractitioners, practitionerAt } from "../practitioners/store.ts";
import { scheduleAt, scheduleOf } from "../schedules/store.ts";
import { outline } from "./model.ts";
import { read as route } from "./routes.ts";

/** How far before the day an appointment may have begun that still reaches into it: the longest lasts 7.5 h. */
const reach = 450 * 60_000;
/** Of how many practitioners an agenda tells, and how many are looked at together. */
const most = 50;

export const handler = endpoint(route, async ({ query, caller, now, concerns }) => {
  const { clinic } = caller;
  const { date, zone, practitioners, location } = query;
  const within = dayIn(date, zone);
  const shown = location
    ? await findDaysAt(clinic, location, within, now)
    : await findDaysOf(clinic, practitioners ?? (await firstOf(clinic)), within, now);
  concerns(...shown.flatMap(({ appointments }) => appointments.map(({ patient }) => ({ patient }))));
  return { date, zone, practitioners: shown };
});

async function firstOf(clinic: string): Promise<string[]> {
  const { items } = await findPractitioners(await openKeyring(clinic), undefined, most);
  return items.filter(({ active }) => active).map(({ id }) => id);
}

/** The day of each practitioner named, in the order named; one who is not in the clinic: 404. */
async function findDaysOf(clinic: string, ids: readonly string[], within: Interval, now: Instant) {
  const dates = daysOf({ start: within.start - reach, end: within.end });
  const width = dates.length + 2;
  const rows = await getAll(
    ids.flatMap((id) => [
      practitionerAt(clinic, id),
      scheduleAt(clinic, id),
      ...dates.map((each) => dayAt(clinic, id, each)),
    ]),
  );
  const parts = ids.map((id, n) => {
    const [practitioner, schedule, ...days] = rows.slice(n * width, n * width + width);
    if (!practitioner || !schedule) throw missing();
    const there = days.filter((day) => day !== undefined) as Day[];
    return { practitioner: id as `prc_${string}`, ...outline(scheduleOf(schedule), there, within, now) };
  });
  const found = await findOutlines(
    clinic,
    parts.flatMap(({ listed }) => listed.map(({ id }) => id)),
  );
  return parts.map(({ practitioner, listed, ...part }) => {
    const appointments = listed.flatMap(({ id }) => found.get(id) ?? []);
    return { practitioner, appointments: appointments.sort((a, b) => (a.start < b.start ? -1 : 1)), ...part };
  });
}

/** The days of those who are at a location: by their opening hours if they are active, or since they have appointments there. */
async function findDaysAt(clinic: string, location: string, within: Interval, now: Instant) {
  if (!(await findLocation(clinic, location))) throw missing();
  const keyring = await openKeyring(clinic);
  const isThere = (stretch: { location?: string | undefined }) => stretch.location === location;
  const found: Awaited<ReturnType<typeof findDaysOf>> = [];
  let after: string | undefined;
  do {
    const { items, last } = await findPractitioners(keyring, after, most);
    const active = new Set<string>(items.filter((one) => one.active).map(({ id }) => id));
    const days = await findDaysOf(
      clinic,
      items.map(({ id }) => id),
      within,
      now,
    );
    found.push(
      ...days.filter(
        ({ practitioner, open, appointments }) =>
          appointments.some(isThere) || (active.has(practitioner) && open.some(isThere)),
      ),
    );
    after = last;
  } while (after && found.length < most);
  return found.slice(0, most);
}
