import { onTick } from "../kernel/worker.ts";
import { chainedClinics } from "./seal-store.ts";
import { beat } from "./sealing.ts";

/** Seals every clinic's chain as it stands, whether or not anything was added. */
export const handler = onTick(async () => {
  for await (const clinic of chainedClinics()) await beat(clinic);
});
