/** What a look at a stream came to. */
export type Outcome = "nothing" | "something" | "failed";

/**
 * How long to wait before looking again where there was nothing new, in milliseconds, each time longer: a look costs
 * DynamoDB Local the more, the longer the stream. After failures longer still.
 */
const idle = 200;
const longestIdle = 1600;
const longest = 5000;

/** Tells how long to pause, by what the last looks came to; `rest` is the least, where nobody waits. */
export class Pauses {
  #failures = 0;
  #quiet = 0;

  after(outcome: Outcome, rest: number): number {
    this.#failures = outcome === "failed" ? this.#failures + 1 : 0;
    this.#quiet = outcome === "nothing" ? this.#quiet + 1 : 0;
    if (outcome === "something") return rest;
    const wait =
      outcome === "failed"
        ? Math.min(longest, idle * 2 ** this.#failures)
        : Math.min(longestIdle, idle * 2 ** this.#quiet);
    return Math.max(rest, wait);
  }
}
