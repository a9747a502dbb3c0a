import type { Caller } from "./exchange.ts";
import { refuse } from "./problem.ts";

/** A practitioner arranges their own time; another's is for the desk (403). */
export function mustArrange(caller: Caller, practitioner: string): void {
  if (caller.role === "practitioner" && caller.person !== practitioner) {
    throw refuse("forbidden", "own-time-only", "A practitioner may arrange their own time only.");
  }
}
