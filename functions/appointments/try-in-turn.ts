import { tryAgain } from "../kernel/try-again.ts";
import { SlotTaken } from "./lost.ts";

/**
 * Decides on a time and writes, and does so again when what was read is no longer so: the time off or a group changed, or
 * somebody else took the practitioner, room or device that was chosen, which is then passed over until nothing is left to
 * choose. What the caller named, or the patient's own time, cannot be passed over: then the refusal stands.
 */
export async function tryInTurn<Result>(attempt: (lost: ReadonlySet<string>) => Promise<Result>): Promise<Result> {
  const lost = new Set<string>();
  const passesOver = (error: unknown) => {
    if (!(error instanceof SlotTaken) || error.thing.startsWith("pat_") || lost.has(error.thing)) return false;
    lost.add(error.thing);
    return true;
  };
  return tryAgain(() => attempt(lost), passesOver);
}
