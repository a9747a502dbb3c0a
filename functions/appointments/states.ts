import type * as z from "zod/mini";
import type { status } from "./routes.ts";

export type Status = z.output<typeof status>;

/** Which states may follow which: FHIR R4's codes, our rule. Nothing leaves an end but by an admin's correction. */
const follows: Record<Status, readonly Status[]> = {
  proposed: ["pending", "booked", "cancelled"],
  pending: ["booked", "cancelled"],
  booked: ["arrived", "checked-in", "cancelled", "noshow"],
  arrived: ["checked-in", "cancelled", "noshow"],
  "checked-in": ["fulfilled", "cancelled"],
  waitlist: ["proposed", "booked", "cancelled"],
  fulfilled: [],
  cancelled: [],
  noshow: [],
  "entered-in-error": [],
};

export function mayFollow(from: Status, to: Status): boolean {
  return follows[from].includes(to);
}
