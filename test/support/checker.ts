import { bookFaults } from "./checker-day-books.ts";
import type { Listings } from "./checker-listings.ts";
import { operationFaults, overlapFaults } from "./checker-operations.ts";
import { type Dumped, type Row, type Seen, seenOf } from "./checker-seen.ts";
import { traceFaults } from "./checker-traces.ts";
import type { Operation } from "./history-wishes.ts";
import type { Scene } from "./history-world.ts";

/*
 * Says what does not hold of a history: what clients asked and were answered, and what then lay in the tables. It
 * imports none of the code it judges: cells, claims and reminders are worked out anew from what the design says.
 */

export interface Told extends Dumped {
  scene: Scene;
  listings: Listings;
  operations: Operation[];
}

/** Every fault in a line of its own; none if the history holds. */
export function checkHistory(told: Told): string[] {
  const seen = seenOf(told);
  return [
    ...bookFaults(seen),
    ...traceFaults(seen, told.operations),
    ...operationFaults(seen, told.operations),
    ...overlapFaults(seen, told.operations, told.scene),
    ...listingFaults(seen, told.listings),
  ];
}

/** Each list has exactly the appointments of its thing, by start, as they lie in the table. */
function listingFaults({ appointments }: Seen, listings: Listings): string[] {
  const brief = ({ id, version, status, start }: Pick<Row, "id" | "version" | "status" | "start">) =>
    `${id} v${version} ${status} ${start}`;
  return [...listings].flatMap(([thing, items]) => {
    const due = appointments.filter(({ practitioner, patient }) => practitioner === thing || patient === thing);
    const sorted = due.toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start) || (a.id < b.id ? -1 : 1));
    const [want, have] = [sorted.map(brief).join("; "), items.map((item) => brief(item)).join("; ")];
    return want === have ? [] : [`the list of ${thing} is ${have}, not ${want}`];
  });
}
