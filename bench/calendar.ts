import { ask } from "./lambda.ts";
import type { World } from "./world.ts";

const day = 86_400_000;
/** Midnight (UTC) of a Monday in two or three weeks: every reminder is still to come. Day 4 since 1970 was a Monday. */
const monday = (Math.ceil((Date.now() / day + 14 - 4) / 7) * 7 + 4) * day;

/** The instant so many days after the first Monday of the bench's calendar. */
export function daysOn(days: number): string {
  return new Date(monday + days * day).toISOString();
}

/** An instant some minutes after another. */
export function later(start: string, minutes: number): string {
  return new Date(Date.parse(start) + minutes * 60_000).toISOString();
}

/** Where a patient can be booked. */
export interface Opening {
  practitioner: string;
  patient: string;
  start: string;
}

/** Every open time of some days, each with a patient who is free then, in the order of time. */
export async function openings(world: World, from: string, to: string): Promise<Opening[]> {
  const { service, patients, practitioners, tokens } = world;
  const perPractitioner = await Promise.all(
    practitioners.map(async (practitioner, whose) => {
      const found: Opening[] = [];
      const own = patients.filter((_, place) => place % practitioners.length === whose);
      for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
        const query = { service, practitioner, from, to, limit: "100", ...(cursor ? { cursor } : {}) };
        const page = await ask<{ items: { start: string }[]; next?: string }>("availability.search", {
          token: tokens.desk,
          query,
        });
        for (const { start } of page.items)
          found.push({ practitioner, patient: own[found.length % own.length] as string, start });
        cursor = page.next;
      }
      return found;
    }),
  );
  return perPractitioner.flat().sort((a, b) => a.start.localeCompare(b.start));
}
