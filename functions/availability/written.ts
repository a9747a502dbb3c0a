import { Temporal } from "temporal-polyfill";
import { type Interval, toInstant } from "../kernel/instant.ts";

/** An open time as the API writes it: in UTC, or with the offset that a zone has at that moment. */
export function written<Slot extends Interval & { practitioner: unknown; location?: unknown }>(
  { start, end, practitioner, location }: Slot,
  zone: string | undefined,
) {
  const text = (ms: number) => (zone ? inZone(ms, zone) : toInstant(ms));
  return {
    start: text(start),
    end: text(end),
    practitioner: practitioner as Slot["practitioner"],
    location: location as Slot["location"],
  };
}

function inZone(ms: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toString({ timeZone: zone });
}
