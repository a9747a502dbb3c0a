import { eachRow } from "../kernel/clear.ts";
import { put, update, type Write } from "../kernel/commit.ts";
import type { Caller } from "../kernel/exchange.ts";
import type { Instant } from "../kernel/instant.ts";
import { type Between, openOf, type PatientKey, resealed, sealOf } from "../kernel/patient-keys.ts";
import { get, type Item, keyOf, query } from "../kernel/table.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import { SealBroken } from "../kernel/vault.ts";
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

/** The writes by which an appointment's history is sealed for another patient; steps that are so already are left out. */
export async function resealing(between: Between, id: string): Promise<Write[]> {
  const writes: Write[] = [];
  for await (const { sk, version, sealed } of eachRow(moveAt(between.from.clinic, id, 0), {
    from: "MOVE#",
    to: "MOVE#~",
  })) {
    const next = resealedOnce(between, id, version as number, sealed);
    const there = { condition: "attribute_exists(pk)", values: { ":sealed": next }, lost: () => new ReadChanged() };
    if (next) writes.push(update({ ...moveAt(between.from.clinic, id, 0), sk }, "SET sealed = :sealed", there));
  }
  return writes;
}

function resealedOnce(between: Between, id: string, version: number, blob: unknown): Uint8Array | undefined {
  try {
    return resealed(between, "move", id, version, blob);
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    openOf(between.to, "move", id, version, blob);
    return undefined;
  }
}
