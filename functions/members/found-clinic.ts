import { GenerateDataKeyWithoutPlaintextCommand, KMSClient } from "@aws-sdk/client-kms";
import { env, envOr } from "../kernel/env.ts";
import { type Clinic, saveClinic } from "./store.ts";

/** Founds a clinic: asks KMS for its sealing key and its index key, and keeps both wrapped beside its settings. */
export async function foundClinic(clinic: Clinic): Promise<void> {
  const kms = new KMSClient({ endpoint: envOr("KMS_ENDPOINT") });
  const wrappedKey = async (purpose: string): Promise<Uint8Array> => {
    const { CiphertextBlob } = await kms.send(
      new GenerateDataKeyWithoutPlaintextCommand({
        KeyId: env("KMS_KEY"),
        KeySpec: "AES_256",
        EncryptionContext: { clinic: clinic.id, purpose },
      }),
    );
    if (!CiphertextBlob) throw new Error("KMS answered without a key");
    return CiphertextBlob;
  };
  const [seal, index] = await Promise.all([wrappedKey("SEAL#1"), wrappedKey("INDEX#1")]);
  await saveClinic(clinic, { seal, index });
}
