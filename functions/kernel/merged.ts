import type { Exchange, Input } from "./exchange.ts";
import { Refusal, refuse } from "./problem.ts";
import { isOfPatient } from "./route.ts";
import { get, type Key, keyOf } from "./table.ts";

/** Where it is told into whom a patient was merged. */
export function tombstoneAt(clinic: string, patient: string): Key {
  return keyOf("merge", [clinic, patient], "INTO");
}

/** Who a patient has become, however many merges later, and by which merge first; undefined where there was none. */
export async function findSurvivor(
  clinic: string,
  patient: string,
): Promise<{ patient: string; merge: string } | undefined> {
  const row = await get(tombstoneAt(clinic, patient));
  if (!row) return undefined;
  const { into, merge } = row as unknown as { into: string; merge: string };
  return { patient: (await findSurvivor(clinic, into))?.patient ?? into, merge };
}

/**
 * What is told in place of an error. A 404 to a request that names a patient who was merged into another becomes 410 and the
 * other's id, for whom the request's own route would let see that other. Nobody else learns of it: theirs stays the 404.
 */
export async function toldInstead(error: unknown, event: Exchange): Promise<unknown> {
  const { caller, input, sees } = event;
  if (!(error instanceof Refusal) || error.kind !== "missing" || !caller || !input || !sees) return error;
  for (const named of patientsIn(input)) {
    const survivor = await findSurvivor(caller.clinic, named);
    if (survivor && (await sees(survivor.patient)))
      return refuse("gone", "patient-merged", { detail: "That patient was merged into another.", ...survivor });
  }
  return error;
}

/** The patients whom a request names, in its path, query or body. */
function patientsIn({ params, query, body }: Input): string[] {
  const named = [params, query, body].flatMap((part) => Object.entries((part ?? {}) as Record<string, unknown>));
  return named.flatMap(([field, id]) => (isOfPatient(field) && typeof id === "string" ? id : []));
}
