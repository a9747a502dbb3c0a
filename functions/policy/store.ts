import { absent, atVersion, put, type Write } from "../kernel/commit.ts";
import type { Instant } from "../kernel/instant.ts";
import { happened } from "../kernel/outbox.ts";
import { stale } from "../kernel/precondition.ts";
import { get, type Item, keyOf } from "../kernel/table.ts";
import { type Policy, unwritten } from "./model.ts";

export const policyAt = (clinic: string) => keyOf("clinic", [clinic], "POLICY");

/** The clinic's policy; of version 0 and without rules where none was ever written. */
export async function findPolicy(clinic: string): Promise<Policy> {
  return policyOf(await get(policyAt(clinic)));
}

/** A policy from its row, or from none. */
export function policyOf(item: Item | undefined): Policy {
  if (!item) return unwritten;
  const { pk, sk, ...policy } = item as unknown as Policy & Item;
  return policy;
}

/** The writes that replace a clinic's policy, or write its first. */
export function replacing(clinic: string, seen: Policy, next: Policy, now: Instant): Write[] {
  const asSeen = seen.version === 0 ? absent(stale) : atVersion(seen.version, stale);
  return [
    put(policyAt(clinic), { ...next }, asSeen),
    happened(clinic, "policy.replaced", { version: next.version }, now),
  ];
}
