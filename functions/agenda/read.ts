import { type Day, daysOf } from "../appointments/day-book.ts";
import { dayAt } from "../appointments/day-book-store.ts";
import { findOutlines } from "../appointments/store.ts";
import { dayIn } from "../availability/opening-hours.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { getAll } from "../kernel/table.ts";
import { findPractitioners, practitionerAt } from "../practitioners/store.ts";
import { scheduleAt, scheduleOf } from "../schedules/store.ts";
import { outline } from "./model.ts";
import { read as route } from "./routes.ts";

/** How far before the day an appointment may have begun that still reaches into it: the longest lasts 7.5 h. */
const reach = 450 * 60_000;

export const handler = endpoint(route, async ({ query, caller, now, concerns }) => {
  const { clinic } = caller;
  const ids = query.practitioners ?? (await firstOf(clinic));
  const within = dayIn(query.date, query.zone);
  const dates = daysOf({ start: within.start - reach, end: within.end });
  const width = dates.length + 2;
  const rows = await getAll(
    ids.flatMap((id) => [
      practitionerAt(clinic, id),
      scheduleAt(clinic, id),
      ...dates.map((date) => dayAt(clinic, id, date)),
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
  const shown = parts.map(({ practitioner, listed, ...part }) => {
    const appointments = listed.flatMap(({ id }) => found.get(id) ?? []);
    return { practitioner, appointments: appointments.sort((a, b) => (a.start < b.start ? -1 : 1)), ...part };
  });
  concerns(...shown.flatMap(({ appointments }) => appointments.map(({ patient }) => ({ patient }))));
  return { date: query.date, zone: query.zone, practitioners: shown };
});

async function firstOf(clinic: string): Promise<string[]> {
  const { items } = await findPractitioners(await openKeyring(clinic), undefined, 50);
  return items.filter(({ active }) => active).map(({ id }) => id);
}
