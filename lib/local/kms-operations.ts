import { randomBytes } from "node:crypto";
import { arnOf, decrypt, type EncryptionContext, encrypt, keyIdOf, type MasterKey } from "./kms-key.ts";

/** An answer 400 of KMS; the name is the exception's. */
export class KmsRefusal extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

type Fields = Record<string, unknown>;
type Operation = (key: MasterKey, input: Fields) => Fields;

const algorithm = "SYMMETRIC_DEFAULT";

/** The operations of KMS that the stand-in performs, each by its rules in the AWS KMS API Reference. */
export const operations: Record<string, Operation | undefined> = {
  GenerateDataKey: (key, input) => {
    const plaintext = dataKey(key, input);
    return { ...sealed(key, plaintext, input), Plaintext: plaintext.toString("base64") };
  },
  GenerateDataKeyWithoutPlaintext: (key, input) => sealed(key, dataKey(key, input), input),
  Encrypt: (key, input) => {
    mustBe(key, input["KeyId"]);
    return { ...sealed(key, bytesOf(input, "Plaintext", 4096), input), EncryptionAlgorithm: algorithm };
  },
  Decrypt: (key, input) => {
    const blob = bytesOf(input, "CiphertextBlob", 6144);
    const id = keyIdOf(blob);
    if (id === undefined) throw new KmsRefusal("InvalidCiphertextException", "this is no ciphertext of KMS");
    mustBe(key, id);
    if (input["KeyId"] !== undefined) mustBe(key, input["KeyId"]);
    const plaintext = decrypt(key, blob, contextOf(input));
    if (!plaintext) throw new KmsRefusal("InvalidCiphertextException", "tampered with, or another encryption context");
    return { KeyId: arnOf(key), Plaintext: plaintext.toString("base64"), EncryptionAlgorithm: algorithm };
  },
  DescribeKey: (key, input) => {
    mustBe(key, input["KeyId"]);
    return { KeyMetadata: metadataOf(key) };
  },
};

function metadataOf(key: MasterKey): Fields {
  return {
    AWSAccountId: "000000000000",
    KeyId: key.id,
    Arn: arnOf(key),
    Enabled: true,
    KeyState: "Enabled",
    KeyUsage: "ENCRYPT_DECRYPT",
    KeySpec: algorithm,
    KeyManager: "CUSTOMER",
    Origin: "AWS_KMS",
    MultiRegion: false,
    EncryptionAlgorithms: [algorithm],
  };
}

function dataKey(key: MasterKey, { KeyId, KeySpec, NumberOfBytes }: Fields): Buffer {
  mustBe(key, KeyId);
  const specified = { AES_256: 32, AES_128: 16 }[String(KeySpec)];
  if ((specified === undefined) === (NumberOfBytes === undefined)) throw invalid("either KeySpec or NumberOfBytes");
  const length = specified ?? Number(NumberOfBytes);
  if (!Number.isInteger(length) || length < 1 || length > 1024) throw invalid("NumberOfBytes from 1 to 1024");
  return randomBytes(length);
}

function sealed(key: MasterKey, plaintext: Buffer, input: Fields): Fields {
  return { KeyId: arnOf(key), CiphertextBlob: encrypt(key, plaintext, contextOf(input)).toString("base64") };
}

/** A key is named by its id or its ARN. */
function mustBe(key: MasterKey, named: unknown): void {
  if (typeof named !== "string") throw invalid("a KeyId");
  if (named !== key.id && named !== arnOf(key)) throw new KmsRefusal("NotFoundException", `no such key: ${named}`);
}

function bytesOf(input: Fields, field: string, most: number): Buffer {
  const value = input[field];
  const bytes = Buffer.from(typeof value === "string" ? value : "", "base64");
  if (bytes.length === 0 || bytes.length > most) throw invalid(`${field} of 1 to ${most} bytes`);
  return bytes;
}

function contextOf({ EncryptionContext: context = {} }: Fields): EncryptionContext {
  const isContext = typeof context === "object" && context !== null && !Array.isArray(context);
  if (!isContext || !Object.values(context).every((value) => typeof value === "string")) {
    throw invalid("an EncryptionContext of strings");
  }
  return context as EncryptionContext;
}

function invalid(expected: string): KmsRefusal {
  return new KmsRefusal("ValidationException", `expected ${expected}`);
}
