import type * as z from "zod/mini";
import type { Instant } from "../kernel/instant.ts";
import type { policy, policyFields, policyRules } from "./routes.ts";

export type PolicyFields = z.output<typeof policyFields>;
export type Policy = z.output<typeof policy>;
/** The rules that a service may have of its own. */
export type ServicePolicy = Pick<PolicyFields, keyof typeof policyRules>;

/** The policy of a clinic that never wrote one: nothing is limited. */
export const unwritten: Policy = { version: 0 };

/** The clinic's policy with other rules, one version on. What is not given no longer limits. */
export function replace(seen: Policy, fields: PolicyFields, now: Instant): Policy {
  return { ...fields, version: seen.version + 1, updatedAt: now };
}

/** The rules that a booking of a service must keep: each the service's own where it has one, and else the clinic's. */
export function rulesFor(
  { version, updatedAt, holdMinutes, offerMinutes, careTeamDays, staffMayOverride, ...others }: Policy,
  { policy: own }: { policy?: ServicePolicy | undefined },
): ServicePolicy {
  const { retentionYears, retentionMinorsUntilAge, ...rules } = others;
  return { ...rules, ...own };
}
