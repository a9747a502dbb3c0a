import { busy } from "../kernel/problem.ts";
import { pause } from "../kernel/table.ts";
import { ReadChanged, SlotTaken } from "./lost.ts";

/** How long a decision is made anew while others change what it was read from, in milliseconds. */
const patience = 5000;

/**
 * Decides and writes, and does so again when what was read is no longer so: the time off or a group changed, or somebody
 * else took the practitioner, room or device that was chosen, which is then passed over until nothing is left to choose.
 * What the caller named, or the patient's own time, cannot be passed over: then the refusal stands. Whoever is overtaken for
 * too long is told to come back (503).
 */
export async function tryInTurn<Result>(attempt: (lost: ReadonlySet<string>) => Promise<Result>): Promise<Result> {
  const lost = new Set<string>();
  const deadline = performance.now() + patience;
  for (let tries = 0; ; tries++) {
    try {
      return await attempt(lost);
    } catch (error) {
      if (!isWorthAnother(error, lost)) throw error;
      if (performance.now() > deadline) throw busy();
      if (error instanceof SlotTaken) lost.add(error.thing);
      else await pause(Math.random() * Math.min(200, 5 * 2 ** tries));
    }
  }
}

function isWorthAnother(error: unknown, lost: ReadonlySet<string>): boolean {
  if (error instanceof SlotTaken) return !error.thing.startsWith("pat_") && !lost.has(error.thing);
  return error instanceof ReadChanged;
}
