import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { inject } from "vitest";
import { newId } from "../../functions/kernel/ids.ts";

/** Puts that many observations and notes into a patient's record behind the API's back; it would take minutes over HTTP. */
export async function putRecords(clinic: string, patient: string, count: number): Promise<void> {
  Object.assign(process.env, inject("backend").env, { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" });
  const [{ openKeyring }, { findPatientKey, sealOf }, { recordAt }, { client, tableOf }] = await Promise.all([
    import("../../functions/kernel/keyring.ts"),
    import("../../functions/kernel/patient-keys.ts"),
    import("../../functions/records/store.ts"),
    import("../../functions/kernel/table.ts"),
  ]);
  const key = await findPatientKey(await openKeyring(clinic), patient);
  if (!key) throw new Error("there is no such patient");
  const itemOf = (n: number) => {
    const id = newId("rec");
    const at = new Date(Date.UTC(2010, 0, 1) + n * 3_600_000).toISOString();
    const kept = { version: 1, createdAt: at, updatedAt: at };
    const common = { id, patient, state: "final", author: { user: "test" }, occurredAt: at, ...kept };
    const entry =
      n % 5 === 0
        ? { ...common, kind: "note", title: `Note ${n}`, text: `Text of ${n}. `.repeat(500) }
        : { ...common, kind: "observation", code: { system: "http://loinc.org", code: "8867-4" }, text: `Value ${n}` };
    const { pk, sk } = recordAt(clinic, patient, id);
    return { pk, sk, at, version: 1, sealed: sealOf(key, "record", id, 1, entry) };
  };
  for (let from = 0; from < count; from += 25) {
    const items = Array.from({ length: Math.min(25, count - from) }, (_, n) => itemOf(from + n));
    const puts = items.map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteCommand({ RequestItems: { [tableOf("record")]: puts } }));
  }
}
