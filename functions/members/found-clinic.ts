import { newClinicKey } from "../kernel/new-key.ts";
import { type Clinic, saveClinic } from "./store.ts";

/** Founds a clinic: asks KMS for its sealing key and its index key, and keeps both wrapped beside its settings. */
export async function foundClinic(clinic: Clinic): Promise<void> {
  const [seal, index] = await Promise.all([
    newClinicKey(clinic.id, { kind: "SEAL", number: 1 }),
    newClinicKey(clinic.id, { kind: "INDEX", number: 1 }),
  ]);
  await saveClinic(clinic, { seal, index });
}
