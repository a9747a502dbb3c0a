import type * as z from "zod/mini";
import { put, remove, type Write } from "../kernel/commit.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import { happened } from "../kernel/outbox.ts";
import { openOf, type PatientKey, sealOf } from "../kernel/patient-keys.ts";
import { missing } from "../kernel/problem.ts";
import { get, type Item, keyOf, query } from "../kernel/table.ts";
import { patientAt } from "../patients/store.ts";
import type { assign, breakGlass, grantProxy, label } from "./routes.ts";

export type Assignment = z.output<NonNullable<typeof assign.answer.schema>>;
export type ProxyGrant = z.output<NonNullable<typeof grantProxy.answer.schema>>;
export type BreakGlass = z.output<NonNullable<typeof breakGlass.answer.schema>>;
export type Label = z.output<typeof label>;

/** Where lies how somebody stands to a patient: a practitioner's assignment, a proxy, a break-glass grant. */
export function relationAt(clinic: string, patient: string, who: string) {
  return keyOf("relation", [clinic, patient], who);
}

export function glassAt(clinic: string, patient: string, practitioner: string) {
  return relationAt(clinic, patient, `GLASS#${practitioner}`);
}

/**
 * The practitioners assigned to a patient, or the patient's proxies; those whose time is over are left out.
 * @throws Refusal 404 where there is no such patient
 */
export async function mustFindAssigned<Of extends Assignment | ProxyGrant>(
  clinic: string,
  patient: string,
  kind: "prc" | "pat",
  now: Instant,
): Promise<Of[]> {
  const [row, { items }] = await Promise.all([
    get(patientAt(clinic, patient)),
    query(relationAt(clinic, patient, ""), { from: `${kind}_`, to: `${kind}_~` }),
  ]);
  if (!row) throw missing();
  return items
    .map(({ pk, sk, ...relation }) => relation as unknown as Of)
    .filter(({ until }) => !until || toMs(now) < toMs(until));
}

/** The writes that assign a practitioner. */
export function assigning(clinic: string, patient: string, assignment: Assignment): Write[] {
  const { practitioner, createdAt } = assignment;
  return [
    put(relationAt(clinic, patient, practitioner), { ...assignment, expires: expiryOf(assignment.until) }),
    happened(clinic, "care-team.assigned", { patient, practitioner }, createdAt),
  ];
}

/** The writes that let somebody act for a patient. */
export function granting(clinic: string, patient: string, proxy: ProxyGrant): Write[] {
  return [
    put(relationAt(clinic, patient, proxy.proxy), { ...proxy, expires: expiryOf(proxy.until) }),
    happened(clinic, "proxy.granted", { patient, proxy: proxy.proxy }, proxy.createdAt),
  ];
}

/** The writes that end an assignment or a proxy. */
export function ending(clinic: string, patient: string, who: string, now: Instant): Write[] {
  const there = { condition: "attribute_exists(pk)", lost: missing };
  const type = who.startsWith("prc_") ? "care-team.unassigned" : "proxy.ended";
  return [remove(relationAt(clinic, patient, who), there), happened(clinic, type, { patient, who }, now)];
}

/** The writes that open a patient's data in an emergency: the grant that works, the one that stays, the officer's event. */
export function opening(clinic: string, key: PatientKey, grant: BreakGlass): Write[] {
  const { id, patient, practitioner, from, until, reason } = grant;
  const plain = { id, patient, practitioner, from, until };
  return [
    put(glassAt(clinic, patient, practitioner), { grant: id, from, until, expires: expiryOf(until) }),
    put(relationAt(clinic, patient, `GRANT#${from}#${id}`), {
      ...plain,
      sealed: sealOf(key, "break-glass", id, 1, reason),
    }),
    happened(clinic, "break-glass.opened", { patient, practitioner, grant: id }, from),
  ];
}

/** One page of the grants that were ever given, latest first. */
export async function findGrants(key: PatientKey, after: string | undefined, limit: number) {
  const partition = relationAt(key.clinic, key.patient, "");
  const position = after ? { pk: partition.pk, sk: after } : undefined;
  const { items, last } = await query(partition, {
    from: "GRANT#",
    to: "GRANT#~",
    descending: true,
    after: position,
    limit,
  });
  return { items: items.map((item) => grantOf(key, item)), last: last?.["sk"] as string | undefined };
}

function grantOf(key: PatientKey, item: Item): BreakGlass {
  const { id, patient, practitioner, from, until } = item as unknown as BreakGlass;
  return { id, patient, practitioner, reason: openOf(key, "break-glass", id, 1, item["sealed"]), from, until };
}

/** A relation that has ended is dropped by itself a month later. */
function expiryOf(until: Instant | undefined): number | undefined {
  return until ? Math.ceil(toMs(until) / 1000) + 30 * 86_400 : undefined;
}
