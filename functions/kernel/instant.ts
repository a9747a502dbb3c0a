/** An instant in UTC, canonical: `2026-12-01T14:00:00Z`, with milliseconds only where there are any. */
export type Instant = string;

/** The canonical text of an instant, from milliseconds since 1970. */
export function toInstant(ms: number): Instant {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

export function toMs(instant: Instant): number {
  return Date.parse(instant);
}

/** A text whose order is the order of the instants, for sort keys: always with milliseconds. */
export function sortable(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** A stretch of time in milliseconds since 1970; `end` no longer belongs to it. */
export interface Interval {
  start: number;
  end: number;
}

/** Whether two stretches of time have a moment in common. */
export function overlaps(a: Interval, b: Interval): boolean {
  return a.start < b.end && b.start < a.end;
}
