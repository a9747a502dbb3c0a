import { update, type Write } from "../kernel/commit.ts";
import { type Item, keyOf } from "../kernel/table.ts";
import type { Attendance } from "./model.ts";

/** Beside the patient's own row, which is replaced whole: counting must not make a change of address stale. */
export const attendanceAt = (clinic: string, patient: string) => keyOf("patient", [clinic, patient], "ATTENDANCE");

/** The counters from their row; nothing was ever counted where there is none. */
export function attendanceOf(item: Item | undefined): Attendance {
  const { lateCancellations = 0, noShows = 0 } = (item ?? {}) as Partial<Attendance>;
  return { lateCancellations, noShows };
}

/** The write that raises or lowers a patient's counters, together with what is counted; none where nothing changes. */
export function counting(clinic: string, patient: string, change: Partial<Attendance>): Write[] {
  const names = Object.keys(change);
  if (names.length === 0) return [];
  const expression = `ADD ${names.map((name) => `${name} :${name}`).join(",")}`;
  const values = Object.fromEntries(Object.entries(change).map(([name, by]) => [`:${name}`, by]));
  const lost = () => new Error("counting has no condition to lose");
  return [update(attendanceAt(clinic, patient), expression, { condition: "", values, lost })];
}
