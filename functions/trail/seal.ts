import { onTrail, type Written } from "../kernel/trail-worker.ts";
import { alertTo } from "./alerts-store.ts";
import { clinicOf, type Entry } from "./chain.ts";
import { linkAndSeal } from "./sealing.ts";
import { tellTampering } from "./tampering-store.ts";

/**
 * Links, signs and archives what was written to the audit trail, says what looks odd in it, and what was changed or
 * deleted of it. Woken by the table's stream, it may be handed a row more than once, and beside another sealer.
 */
export const handler = onTrail(async (written, tampered) => {
  for (const each of tampered) await tellTampering(each);
  const byClinic = Map.groupBy(written, ({ row }) => clinicOf(row.pk));
  for (const [clinic, rows] of byClinic) {
    const entries = rows.map(({ row, at }: Written) => ({ entry: row as unknown as Entry, written: at }));
    await linkAndSeal(clinic, entries);
    await alertTo(
      clinic,
      entries.map(({ entry }) => entry),
    );
  }
});
