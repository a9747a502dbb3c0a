import type { Tampered } from "../kernel/trail-worker.ts";
import { tellOnce } from "./alerts-store.ts";
import { clinicOf } from "./chain.ts";

/** Tells whoever must hear of it, once, that a row of the audit trail was changed or deleted. */
export async function tellTampering({ id, how, pk, sk }: Tampered): Promise<void> {
  const [family = "", , patient = ""] = pk.split("#");
  const about = { how, what: family.toLowerCase(), patient, entry: sk };
  await tellOnce(clinicOf(pk), `tampered#${id}`, "audit.tampered", about);
}
