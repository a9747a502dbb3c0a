import { Refusal, refuse } from "../kernel/problem.ts";

/* What a write that lost a race throws: each says which. */

/** The refusal of whoever comes back to a hold after it lapsed. */
export function holdExpired() {
  return refuse("gone", "hold-expired", "The hold has lapsed, and its time with it: look for another.");
}

/** The refusal of a time that another has; it says whose time it was. */
export class SlotTaken extends Refusal {
  readonly thing: string;

  constructor(thing: string) {
    const whose = thing.startsWith("pat_") ? "The patient has another appointment at that time." : "The time is taken.";
    super("conflict", "slot-taken", { detail: whose });
    this.thing = thing;
  }
}
