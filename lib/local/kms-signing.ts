import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { KmsRefusal } from "./kms-operations.ts";

/** An asymmetric key of the stand-in: ECC_NIST_P256, for signing. */
export interface SigningKey {
  arn: string;
  key: KeyObject;
}

type Fields = Record<string, unknown>;

/** The signing key kept in a file, readable by its owner alone; made at first use. Without a file it is a new one. */
export async function signingKey(file?: string): Promise<SigningKey> {
  const kept = file && (await readFile(file, "utf8").catch(() => undefined));
  if (kept) {
    const { id, key } = JSON.parse(kept) as { id: string; key: string };
    return { arn: arnOf(id), key: createPrivateKey(key) };
  }
  const id = randomUUID();
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  if (file) {
    await mkdir(dirname(file), { recursive: true });
    const key = privateKey.export({ type: "pkcs8", format: "pem" });
    await writeFile(file, `${JSON.stringify({ id, key })}\n`, { mode: 0o600, flag: "wx" });
  }
  return { arn: arnOf(id), key: privateKey };
}

function arnOf(id: string): string {
  return `arn:aws:kms:us-east-1:000000000000:key/${id}`;
}

const algorithm = "ECDSA_SHA_256";

/** What KMS does with such a key, by the AWS KMS API Reference. */
export const signingOperations: Record<string, ((key: SigningKey, input: Fields) => Fields) | undefined> = {
  Sign: ({ arn, key }, { Message, MessageType, SigningAlgorithm }) => {
    const message = Buffer.from(typeof Message === "string" ? Message : "", "base64");
    const isAsked = SigningAlgorithm === algorithm && MessageType === "RAW";
    if (!isAsked || message.length < 1 || message.length > 4096) {
      throw new KmsRefusal("ValidationException", `expected ${algorithm} of a RAW Message of 1 to 4096 bytes`);
    }
    const Signature = sign("sha256", message, key).toString("base64");
    return { KeyId: arn, Signature, SigningAlgorithm: algorithm };
  },
  GetPublicKey: ({ arn, key }) => ({
    KeyId: arn,
    PublicKey: createPublicKey(key).export({ type: "spki", format: "der" }).toString("base64"),
    KeySpec: "ECC_NIST_P256",
    KeyUsage: "SIGN_VERIFY",
    SigningAlgorithms: [algorithm],
  }),
};
