/** Chance that can be repeated: the same seed makes the same choices in the same order. */
export interface Chance {
  /** From 0, included, to 1. */
  next(): number;
  /** Whether something befalls that befalls with this probability. */
  happens(probability: number): boolean;
  pick<Thing>(things: readonly Thing[]): Thing;
}

/** Mulberry32: small, and good enough to mix up a few thousand choices. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    happens: (probability) => next() < probability,
    pick: (things) => {
      if (things.length === 0) throw new Error("there is nothing to pick from");
      return things[Math.floor(next() * things.length)] as (typeof things)[number];
    },
  };
}
