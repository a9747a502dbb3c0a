import { busy } from "./problem.ts";
import { pause } from "./table.ts";

/** How long a decision is made anew while others change what it was read from, in milliseconds. */
const patience = 5000;

/** Thrown when what a decision was read from changed before it was written: whoever decides must read again. */
export class ReadChanged extends Error {
  override name = "ReadChanged";
}

/**
 * Decides and writes, and does so again while what was read is no longer so when it is written; at once where `passesOver`
 * says that the next attempt will do without what stood in the way. Whoever is overtaken for too long is told to come
 * back (503).
 */
export async function tryAgain<Result>(
  attempt: () => Promise<Result>,
  passesOver: (error: unknown) => boolean = () => false,
): Promise<Result> {
  const deadline = performance.now() + patience;
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const isPassedOver = passesOver(error);
      if (!(isPassedOver || error instanceof ReadChanged)) throw error;
      if (performance.now() > deadline) throw busy();
      if (!isPassedOver) await pause(Math.random() * Math.min(200, 5 * 2 ** tries));
    }
  }
}
