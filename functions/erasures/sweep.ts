import { deleteAllFiles } from "../documents/erasing-store.ts";
import { entryBySystem } from "../kernel/audit.ts";
import { commitAll, remove } from "../kernel/commit.ts";
import type { Instant } from "../kernel/instant.ts";
import { openKeyring } from "../kernel/keyring.ts";
import { findPatientKey } from "../kernel/patient-keys.ts";
import { onTick } from "../kernel/worker.ts";
import { findMergedInto } from "../merges/erasing-store.ts";
import { type Due, findDue, remembering } from "./due-store.ts";
import { findKeys, finishing } from "./finish-store.ts";
import { steps } from "./steps-store.ts";
import { findErasure, noting } from "./store.ts";

/**
 * Carries out the erasures that were confirmed. What an outage or a crash cut short is still due: the next minute goes on
 * after the last step that was noted. It comes once more for files that were sent to an address given out before.
 */
export const handler = onTick(async (now) => {
  const failures: unknown[] = [];
  for (const due of await findDue(now)) await carryOut(due, now).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
});

async function carryOut(due: Due, now: Instant): Promise<void> {
  const { clinic, erasure: id } = due;
  let erasure = await findErasure(clinic, id);
  if (!erasure) throw new Error("there is no such erasure");
  const { patient } = erasure;
  if (erasure.status === "erased") {
    for (const whose of [patient, ...(due.merged ?? [])]) await deleteAllFiles({ clinic, patient: whose });
    return commitAll([remove(due.at)]);
  }
  const keyring = await openKeyring(clinic);
  const key = await findPatientKey(keyring, patient);
  if (!key) throw new Error("the key is gone before the erasure was done");
  const merged = due.merged ?? (await rememberMerged(due, patient));
  for (const [step, take] of steps) {
    if (erasure.done.includes(step)) continue;
    await take({ keyring, key, erasure, now });
    await commitAll([noting(clinic, erasure, step)]);
    erasure = { ...erasure, done: [...erasure.done, step] };
  }
  const keys = await findKeys(clinic, patient);
  const entry = entryBySystem(clinic, "patient.erase", { patient, target: id }, { at: now, cause: "sweep" });
  await commitAll([...finishing(clinic, erasure, { keys, due: due.at, merged, now }), entry]);
}

/** Whose files are to be deleted once more in the end: what tells who was merged into the patient is gone by then. */
async function rememberMerged({ clinic, at }: Due, patient: string): Promise<string[]> {
  const merged = (await findMergedInto(clinic, patient)).map(({ from }) => from);
  await commitAll([remembering(at, merged)]);
  return merged;
}
