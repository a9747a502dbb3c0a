import { type Instant, toMs } from "../kernel/instant.ts";
import type { Attendance } from "../patients/model.ts";
import { rulesFor } from "../policy/model.ts";
import type { Circumstances } from "./choice.ts";
import type { Appointment, Visit } from "./model.ts";

/** Whether there is less time before the start than the rules want for a cancellation; without such a rule none is late. */
export function isLate(
  { start }: Pick<Appointment, "start">,
  { policy, service }: Pick<Circumstances, "policy" | "service">,
  now: Instant,
): boolean {
  const { cancellationNoticeMinutes: notice } = rulesFor(policy, service);
  return notice !== undefined && toMs(start) - toMs(now) < notice * 60_000;
}

/** What a change of a visit does to its patient's counters: what it counts as now, less what it counted as before. */
export function countsBetween(seen: Visit, next: Visit): Partial<Attendance> {
  if (seen.counts === next.counts) return {};
  return { ...(seen.counts && { [seen.counts]: -1 }), ...(next.counts && { [next.counts]: 1 }) };
}
