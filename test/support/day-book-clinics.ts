import fc from "fast-check";

/* Small clinics in which everything collides, and what is done there. */

const minute = 60_000;

/** Practitioners work in zones whose days begin at odd times, and whose clocks do not change in these days. */
export const zones = { UTC: 0, "Asia/Kathmandu": 345 * minute } as const;

export interface PlainService {
  minutes: number;
  before: number;
  after: number;
  capacity: number;
  perDay: number | undefined;
  needsRoom: boolean;
}

export interface PlainClinic {
  services: PlainService[];
  /** When everything starts (ms since 1970): around a UTC midnight, and around one in Kathmandu. */
  starts: number[];
}

/** Something to be done. Numbers choose among what there is: the third service, the last hold but one. */
export interface Deed {
  kind: "book" | "hold" | "confirm" | "release" | "move" | "cancel" | "off";
  service: number;
  start: number;
  practitioner: number;
  patient: number;
  /** Which hold or appointment, from the latest back. */
  which: number;
  /** By which a place is drawn, from 0 to 1. */
  draw: number;
  /** How far the clock goes on before it, and how far behind the clock its own time lies (ms). */
  after: number;
  lag: number;
}

const service: fc.Arbitrary<PlainService> = fc.record({
  minutes: fc.constantFrom(10, 20, 30, 60, 420),
  before: fc.constantFrom(0, 0, 5, 10),
  after: fc.constantFrom(0, 0, 5, 10),
  capacity: fc.constantFrom(1, 1, 2, 3, 4, 5),
  perDay: fc.constantFrom(undefined, undefined, 1, 2, 3),
  needsRoom: fc.boolean(),
});

const midnight = Date.UTC(2026, 11, 2);
const start = fc
  .tuple(fc.constantFrom(0, 0, 0, -345), fc.integer({ min: -9, max: 6 }))
  .map(([zone, fives]) => midnight + (zone + fives * 5) * minute);

export const clinic: fc.Arbitrary<PlainClinic> = fc.record({
  services: fc.array(service, { minLength: 1, maxLength: 4 }),
  starts: fc.array(start, { minLength: 1, maxLength: 4 }),
});

const few = fc.nat({ max: 11 });

/** What is done, mostly what takes time; a hold lasts five minutes, to the millisecond. */
export const deed: fc.Arbitrary<Deed> = fc.record({
  kind: fc.constantFrom(
    ...(["book", "book", "book", "book", "hold", "hold", "hold", "confirm", "confirm", "release"] as const),
    ...(["move", "move", "cancel", "off"] as const),
  ),
  service: few,
  start: few,
  practitioner: few,
  patient: few,
  which: fc.nat({ max: 3 }),
  draw: fc.nat({ max: 999 }).map((thousandths) => thousandths / 1000),
  after: fc.constantFrom(0, 0, 0, 1, 1000, minute, 5 * minute - 1, 5 * minute, 5 * minute + 1),
  lag: fc.constantFrom(0, 0, 0, 1, 1000, 30_000, 2 * minute),
});

const holdMs = 5 * minute;

/** A hold lapses, others take what they like, and then it comes back: too late, though it set out in time. */
const late: fc.Arbitrary<Deed[]> = fc
  .tuple(deed, fc.array(deed, { minLength: 1, maxLength: 4 }), deed)
  .map(([held, others, back]) => [
    { ...held, kind: "hold", lag: 0 },
    ...others.map((each, n): Deed => {
      const kind = each.kind === "hold" ? "hold" : "book";
      return { ...each, kind, after: n === 0 ? holdMs + 1 : 0, lag: 0 };
    }),
    { ...back, kind: back.kind === "release" ? "release" : "confirm", after: 0, lag: 1000 },
  ]);

export const deeds: fc.Arbitrary<Deed[]> = fc.oneof(
  { arbitrary: fc.array(deed, { minLength: 1, maxLength: 16 }), weight: 2 },
  late,
);
