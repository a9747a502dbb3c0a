import { put, type Write } from "../kernel/commit.ts";
import type { Caller } from "../kernel/exchange.ts";
import type { Instant } from "../kernel/instant.ts";
import { openOf, type PatientKey, sealOf } from "../kernel/patient-keys.ts";
import { get, type Item, keyOf, query } from "../kernel/table.ts";
import type { Appointment, Move } from "./model.ts";

const moveAt = (clinic: string, appointment: string, version: number) =>
  keyOf("appointment", [clinic, appointment], `MOVE#${String(version).padStart(6, "0")}`);

/** The write that keeps a step of an appointment's history: what it became, by whom, when and why. */
export function noting(
  clinic: string,
  key: PatientKey,
  appointment: Appointment,
  by: Caller,
  why: string | undefined,
): Write {
  const { id, version, status, start, practitioner, updatedAt: happenedAt } = appointment;
  const { user, role, person } = by;
  const sealed = sealOf(key, "move", id, version, { why });
  return put(moveAt(clinic, id, version), {
    happenedAt,
    version,
    status,
    start,
    practitioner,
    by: { user, role, person },
    sealed,
  });
}

/** What is plain of one step: when and with whom the appointment was to be. */
export async function findMove(clinic: string, appointment: string, version: number) {
  const item = await get(moveAt(clinic, appointment, version));
  return item as Pick<Move, "start" | "practitioner"> | undefined;
}

/** One page of an appointment's history, first step first. */
export async function findMoves(clinic: string, key: PatientKey, id: string, after: string | undefined, limit: number) {
  const partition = moveAt(clinic, id, 0);
  const start = after ? { pk: partition.pk, sk: after } : undefined;
  const { items, last } = await query(partition, { from: "MOVE#", to: "MOVE#~", after: start, limit });
  return { items: items.map((item) => moveOf(key, id, item)), last: last?.["sk"] as string | undefined };
}

function moveOf(key: PatientKey, id: string, item: Item): Move {
  const {
    happenedAt: at,
    version,
    status,
    start,
    practitioner,
    by,
  } = item as unknown as Move & { happenedAt: Instant };
  const { why } = openOf<{ why?: string }>(key, "move", id, version, item["sealed"]);
  return { at, version, status, start, practitioner, by, why };
}
