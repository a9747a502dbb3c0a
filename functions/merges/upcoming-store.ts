import { dayOf, listedOn } from "../appointments/day-book.ts";
import { findDays } from "../appointments/day-book-store.ts";
import { findOutlines } from "../appointments/store.ts";
import { type Instant, type Interval, toMs } from "../kernel/instant.ts";

const dayMs = 86_400_000;

/** The appointments of a patient that are not over and were not called off. */
export async function findUpcoming(
  clinic: string,
  patient: string,
  now: Instant,
): Promise<({ id: string } & Interval)[]> {
  const listed: ({ id: string } & Interval)[] = [];
  // An appointment is listed on the day on which it begins.
  for await (const day of findDays(clinic, patient, dayOf(toMs(now) - dayMs), "9999-12-31"))
    listed.push(...listedOn(day).filter(({ end }) => end > toMs(now)));
  const there = await findOutlines(
    clinic,
    listed.map(({ id }) => id),
  );
  return listed.filter(({ id }) => there.has(id));
}
