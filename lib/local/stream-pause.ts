/** What a look at a stream came to. */
export type Outcome = "nothing" | "something" | "failed";

/**
 * How long to wait before looking again where there was nothing new, in milliseconds, each time longer: a look costs
 * DynamoDB Local the more, the longer the stream. After failures longer still.
 */
const idle = 200;
const longestIdle = 1600;
const longest = 5000;

/** As long as a timer can wait, in milliseconds: 24 days. */
const forEver = 2 ** 31 - 1;

/** Tells how long to pause, by what the last looks came to. */
export class Pauses {
  #failures = 0;
  #quiet = 0;

  /** `rest` is the least where nobody waits; whoever is idle looks only while somebody does. */
  after(
    outcome: Outcome,
    { rest = 0, isIdle = false, isAwaited }: { rest?: number; isIdle?: boolean; isAwaited: boolean },
  ): number {
    this.#failures = outcome === "failed" ? this.#failures + 1 : 0;
    this.#quiet = outcome === "nothing" ? this.#quiet + 1 : 0;
    const again = Math.min(longest, idle * 2 ** this.#failures);
    // Whoever waits began to in the midst of a look, and needs another.
    if (isAwaited) return outcome === "failed" ? again : 0;
    if (isIdle) return forEver;
    if (outcome === "something") return rest;
    return Math.max(rest, outcome === "failed" ? again : Math.min(longestIdle, idle * 2 ** this.#quiet));
  }
}
