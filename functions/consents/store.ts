import type * as z from "zod/mini";
import { absent, atVersion, put, type Write } from "../kernel/commit.ts";
import { sortable } from "../kernel/instant.ts";
import { happened } from "../kernel/outbox.ts";
import { type Item, keyOf, query } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import type { consent } from "./routes.ts";

export type Consent = z.output<typeof consent>;
export type Purpose = Consent["purpose"];

/** Where the latest decision about a purpose lies. */
export const consentAt = (clinic: string, patient: string, purpose: Purpose) =>
  keyOf("consent", [clinic, patient], `NOW#${purpose}`);

/** Decisions lie in the order of time, and not of their numbers: those of two patients who were one come between each other. */
const decisionAt = (clinic: string, patient: string, { purpose, at, version }: Consent) =>
  keyOf("consent", [clinic, patient], ["THEN", purpose, sortable(at), String(version).padStart(6, "0")].join("#"));

export function consentOf(item: Item): Consent {
  const { purpose, given, wording, at, by, version } = item as unknown as Consent;
  return { purpose, given, wording, at, by, version };
}

/** What a patient has agreed to, as it stands. */
export async function findConsents(clinic: string, patient: string): Promise<Consent[]> {
  const { items } = await query(keyOf("consent", [clinic, patient], ""), { from: "NOW#", to: "NOW#~" });
  return items.map(consentOf);
}

/** One page of the decisions about a purpose, latest first. */
export async function findDecisions(
  clinic: string,
  patient: string,
  purpose: Purpose,
  after: string | undefined,
  limit: number,
) {
  const partition = keyOf("consent", [clinic, patient], "");
  const range = { from: `THEN#${purpose}#`, to: `THEN#${purpose}#~`, descending: true, limit };
  const { items, last } = await query(partition, {
    ...range,
    after: after ? { pk: partition.pk, sk: after } : undefined,
  });
  return { items: items.map(consentOf), last: last?.["sk"] as string | undefined };
}

/** The writes that keep a decision: as it stands, and for ever. */
export function deciding(clinic: string, patient: string, seen: Consent | undefined, next: Consent): Write[] {
  const type = next.given ? "consent.given" : "consent.withdrawn";
  const changed = () => new ReadChanged();
  const asSeen = seen ? atVersion(seen.version, changed) : absent(changed);
  return [
    put(consentAt(clinic, patient, next.purpose), { ...next }, asSeen),
    put(
      decisionAt(clinic, patient, next),
      { ...next },
      absent(() => new Error("there is a decision of that number")),
    ),
    happened(clinic, type, { patient, purpose: next.purpose, version: next.version }, next.at),
  ];
}
