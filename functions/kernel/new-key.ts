import { GenerateDataKeyWithoutPlaintextCommand, KMSClient } from "@aws-sdk/client-kms";
import { env, envOr } from "./env.ts";
import { clinicKeyAt, type KeyRow } from "./keyring.ts";

/** A new key for a clinic, made and wrapped by KMS; nobody has seen it plain. It opens only as what it was made for. */
export async function newClinicKey(clinic: string, key: Pick<KeyRow, "kind" | "number">): Promise<Uint8Array> {
  const kms = new KMSClient({ endpoint: envOr("KMS_ENDPOINT") });
  const { CiphertextBlob } = await kms.send(
    new GenerateDataKeyWithoutPlaintextCommand({
      KeyId: env("KMS_KEY"),
      KeySpec: "AES_256",
      EncryptionContext: { clinic, purpose: clinicKeyAt(clinic, key).sk },
    }),
  );
  if (!CiphertextBlob) throw new Error("KMS answered without a key");
  return CiphertextBlob;
}
