import { mustSee } from "../access/sight-store.ts";
import type { Ask } from "../kernel/ask.ts";
import { missing } from "../kernel/problem.ts";
import type { Route } from "../kernel/route.ts";
import type { Item, Key } from "../kernel/table.ts";
import { mustFindKey } from "../patients/store.ts";
import { asOf, type Export, stillSees } from "./model.ts";
import { exportOf, findRow } from "./store.ts";

/**
 * An export as it is now, for whoever asked for it and still sees all that is in it; and rows that are wanted beside. For
 * anybody else it does not exist. @throws Refusal 404
 */
export async function mustFindOwn(
  route: Route,
  ask: Pick<Ask<{ exportId: string }, unknown, unknown>, "params" | "caller" | "now" | "concerns" | "judgedBy">,
  besidesOf: (row: Item & Pick<Export, "patient" | "purpose">) => Key[] = () => [],
): Promise<{ found: Export; attempts: number; besides: (Item | undefined)[] }> {
  const { params, caller, now, concerns } = ask;
  const row = await findRow(caller.clinic, params.exportId);
  if (row?.user !== caller.user) throw missing();
  const { patient } = row;
  concerns({ patient, target: params.exportId });
  const sight = await mustSee(route, ask, patient);
  const { key, besides } = await mustFindKey(caller.clinic, patient, besidesOf(row));
  const seen = exportOf(key, row);
  if (!stillSees(sight, seen.sight)) throw missing();
  return { found: asOf(seen.export, now), attempts: seen.attempts, besides };
}
