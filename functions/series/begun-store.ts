import { absent, put, remove, type Write } from "../kernel/commit.ts";
import type { Caller } from "../kernel/exchange.ts";
import { toMs } from "../kernel/instant.ts";
import { get, keyOf } from "../kernel/table.ts";
import type { KeptSeries } from "./model.ts";

/*
 * A long series holds its times before it commits. Meanwhile a row under the request's own Idempotency-Key says for
 * which times: whoever sends the request again learns from it that it is itself that has them, and only who still has
 * the row may commit.
 */

const begunAt = ({ clinic, user }: Caller, once: string) => keyOf("series", [clinic, user], `BEGUN#${once}`);

/** How long the row of a series that was never committed stays, in days. */
const days = 1;

/** Thrown when the request was sent before and that sending has held times, or when a later sending took them over. */
export class BegunBefore extends Error {
  override name = "BegunBefore";
}

export async function findBegun(caller: Caller, once: string): Promise<KeptSeries | undefined> {
  return (await get(begunAt(caller, once)))?.["kept"] as KeptSeries | undefined;
}

export function beginning(caller: Caller, once: string, { series, ...kept }: KeptSeries): Write {
  const { reason: _, ...plain } = series;
  const expires = Math.ceil(toMs(series.createdAt) / 1000) + days * 86_400;
  const row = { id: series.id, kept: { series: plain, ...kept }, expires };
  return put(
    begunAt(caller, once),
    row,
    absent(() => new BegunBefore()),
  );
}

export function ending(caller: Caller, once: string, { series }: KeptSeries): Write {
  return remove(begunAt(caller, once), {
    condition: "id = :id",
    values: { ":id": series.id },
    lost: () => new BegunBefore(),
  });
}
