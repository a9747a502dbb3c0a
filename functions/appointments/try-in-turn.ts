import { ReadChanged, SlotTaken } from "./lost.ts";

/** How often a booking reads and decides anew. Whoever loses so many races is told that the time is taken. */
const most = 12;

/**
 * Decides and writes, and does so again when what was read is no longer so: the time off changed, or somebody else took
 * the practitioner, room or device that was chosen, which is then passed over. What the caller named, or the patient's own
 * time, cannot be passed over: then the refusal stands.
 */
export async function tryInTurn<Result>(attempt: (lost: ReadonlySet<string>) => Promise<Result>): Promise<Result> {
  const lost = new Set<string>();
  for (let tries = 1; ; tries++) {
    try {
      return await attempt(lost);
    } catch (error) {
      if (tries === most) throw error;
      if (error instanceof SlotTaken && !error.thing.startsWith("pat_")) lost.add(error.thing);
      else if (!(error instanceof ReadChanged)) throw error;
    }
  }
}
