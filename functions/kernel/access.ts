import type { Caller } from "./exchange.ts";
import { missing, refuse } from "./problem.ts";

/** A patient sees their own data; anyone else's does not exist for them (404). */
export function mustSee(caller: Caller, patient: string): void {
  if (caller.role === "patient" && caller.person !== patient) throw missing();
}

/** A practitioner arranges their own time; another's is for the desk (403). */
export function mustArrange(caller: Caller, practitioner: string): void {
  if (caller.role === "practitioner" && caller.person !== practitioner) {
    throw refuse("forbidden", "own-time-only", "A practitioner may arrange their own time only.");
  }
}
