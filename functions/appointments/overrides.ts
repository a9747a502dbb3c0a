import type { Caller } from "../kernel/exchange.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { refuse } from "../kernel/problem.ts";
import { rulesFor } from "../policy/model.ts";
import type { Circumstances } from "./choice.ts";
import type { Appointment } from "./model.ts";

/** Refuses (403) a patient what only staff may ask for. */
export function mustBeStaff(caller: Caller, asked: unknown): void {
  if (asked && caller.role === "patient") {
    throw refuse("forbidden", "staff-only", "Only the clinic's staff may ask for that.");
  }
}

/** The rules that staff set aside by giving a reason, as far as the clinic's policy lets them. */
export function setAsideBy(override: { reason: string } | undefined, { policy }: Circumstances): readonly string[] {
  return override ? (policy.staffMayOverride ?? []) : [];
}

/** Refuses (422) a patient who comes later than the policy lets patients cancel or move their appointment. */
export function mustBeInTime(
  code: "too-late-to-cancel" | "too-late-to-reschedule",
  caller: Caller,
  { start }: Pick<Appointment, "start">,
  { policy, service }: Pick<Circumstances, "policy" | "service">,
  now: Instant,
): void {
  const { cancellationNoticeMinutes = 0, rescheduleNoticeMinutes = 0 } = rulesFor(policy, service);
  const minutes = code === "too-late-to-cancel" ? cancellationNoticeMinutes : rescheduleNoticeMinutes;
  if (caller.role !== "patient" || toMs(start) - toMs(now) >= minutes * 60_000) return;
  throw refuse("unprocessable", code, `It can be done until ${minutes} minutes before the start. Call the clinic.`);
}
