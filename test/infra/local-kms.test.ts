import { createPublicKey, verify } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
} from "@aws-sdk/client-kms";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Kms, startKms } from "../../lib/local/kms.ts";

const context = { clinic: "cln_1", purpose: "SEAL#1" };
let kms: Kms;
let client: KMSClient;

beforeAll(async () => {
  kms = await startKms();
  client = clientOf(kms);
});

afterEach(() => kms.fail(false));
afterAll(() => kms.stop());

function clientOf({ endpoint }: Kms): KMSClient {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return new KMSClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
}

const wrap = (KeyId = kms.keyArn) =>
  client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", EncryptionContext: context }));

const unwrap = (CiphertextBlob: Uint8Array | undefined, EncryptionContext: Record<string, string> = context) =>
  client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));

describe("the laptop's KMS", () => {
  test("unwraps the data key it wrapped, given the same context in whatever order", async () => {
    const { Plaintext, CiphertextBlob, KeyId } = await wrap();
    const unwrapped = await unwrap(CiphertextBlob, { purpose: "SEAL#1", clinic: "cln_1" });
    expect(Plaintext).toHaveLength(32);
    expect(unwrapped.Plaintext).toEqual(Plaintext);
    expect([KeyId, unwrapped.KeyId]).toEqual([kms.keyArn, kms.keyArn]);
  });

  test("wraps a data key without telling it, and another one each time", async () => {
    const request = { KeyId: kms.keyArn, NumberOfBytes: 64, EncryptionContext: context };
    const blobs = [1, 2].map(() => client.send(new GenerateDataKeyWithoutPlaintextCommand(request)));
    const answers = await Promise.all(blobs);
    const keys = await Promise.all(answers.map(({ CiphertextBlob }) => unwrap(CiphertextBlob)));
    expect(answers.map((answer) => "Plaintext" in answer)).toEqual([false, false]);
    expect(keys.map(({ Plaintext }) => Plaintext?.length)).toEqual([64, 64]);
    expect(keys[0]?.Plaintext).not.toEqual(keys[1]?.Plaintext);
  });

  test("signs by its other key, which does nothing else, and whose public half checks", async () => {
    const [KeyId, Message] = [kms.signingKeyArn, Buffer.from("a head of the chain")];
    const asked = { KeyId, Message, MessageType: "RAW", SigningAlgorithm: "ECDSA_SHA_256" } as const;
    const { Signature = new Uint8Array() } = await client.send(new SignCommand(asked));
    const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId }));
    const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
    expect(verify("sha256", Message, key, Signature)).toBe(true);
    expect(verify("sha256", Buffer.from("another"), key, Signature)).toBe(false);
    await expect(wrap(KeyId)).rejects.toThrow("no such key");
    await expect(client.send(new SignCommand({ ...asked, KeyId: kms.keyArn }))).rejects.toThrow("no such operation");
    await expect(client.send(new SignCommand({ ...asked, MessageType: "DIGEST" }))).rejects.toThrow("expected");
  });

  test("decrypts what it encrypted", async () => {
    const Plaintext = Buffer.from("a secret");
    const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId: kms.keyArn, Plaintext }));
    const { Plaintext: opened } = await client.send(new DecryptCommand({ CiphertextBlob, KeyId: kms.keyArn }));
    expect(Buffer.from(opened ?? [])).toEqual(Plaintext);
  });

  test.each([
    ["another clinic's", { clinic: "cln_2", purpose: "SEAL#1" }],
    ["part of the", { clinic: "cln_1" }],
    ["no", {}],
  ])("refuses to unwrap with %s context", async (_, other) => {
    const { CiphertextBlob } = await wrap();
    await expect(unwrap(CiphertextBlob, other)).rejects.toMatchObject({ name: "InvalidCiphertextException" });
  });

  test("refuses a blob of which any byte behind the key's name was changed", async () => {
    const { CiphertextBlob } = await wrap();
    const blob = Buffer.from(CiphertextBlob ?? []);
    const header = 2 + 36;
    const tampered = Array.from({ length: blob.length - header }, (_, index) => {
      const copy = Buffer.from(blob);
      copy[header + index] = (copy[header + index] ?? 0) ^ 1;
      return unwrap(copy).catch(({ name }: Error) => name);
    });
    expect(new Set(await Promise.all(tampered))).toEqual(new Set(["InvalidCiphertextException"]));
  });

  test("refuses a blob cut short, and what never was one", async () => {
    const blob = Buffer.from((await wrap()).CiphertextBlob ?? []);
    const refused = [blob.subarray(0, 40), blob.subarray(0, -1), Buffer.from("not a blob")].map((bytes) =>
      unwrap(bytes).catch(({ name }: Error) => name),
    );
    expect(await Promise.all(refused)).toEqual(Array(3).fill("InvalidCiphertextException"));
  });

  test("knows no other key, be it asked for or named by a blob", async () => {
    const other = await startKms();
    const foreign = await clientOf(other).send(new GenerateDataKeyCommand({ KeyId: other.keyArn, KeySpec: "AES_256" }));
    await other.stop();
    const refused = { name: "NotFoundException", $metadata: { httpStatusCode: 400 } };
    await expect(wrap(other.keyArn)).rejects.toMatchObject(refused);
    await expect(unwrap(foreign.CiphertextBlob, {})).rejects.toMatchObject(refused);
  });

  test("describes its key by id or ARN", async () => {
    const id = kms.keyArn.split("/")[1];
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: id }));
    expect(KeyMetadata).toMatchObject({ Arn: kms.keyArn, KeyId: id, Enabled: true, KeyUsage: "ENCRYPT_DECRYPT" });
  });

  test("answers every call with a 500 while it is switched off", async () => {
    const { CiphertextBlob } = await wrap();
    kms.fail(true);
    const down = { name: "KMSInternalException", $metadata: { httpStatusCode: 500 } };
    await expect(unwrap(CiphertextBlob)).rejects.toMatchObject(down);
    kms.fail(false);
    await expect(unwrap(CiphertextBlob)).resolves.toHaveProperty("Plaintext");
  });

  test("opens, after a restart, what it wrapped before", async () => {
    const folder = await mkdtemp(join(tmpdir(), "praxis-kms-"));
    const before = await startKms(join(folder, "kms.json"));
    const request = { KeyId: before.keyArn, KeySpec: "AES_256" as const };
    const { CiphertextBlob, Plaintext } = await clientOf(before).send(new GenerateDataKeyCommand(request));
    await before.stop();
    const after = await startKms(join(folder, "kms.json"));
    const opened = await clientOf(after).send(new DecryptCommand({ CiphertextBlob }));
    await after.stop();
    await rm(folder, { recursive: true });
    expect(after.keyArn).toBe(before.keyArn);
    expect(opened.Plaintext).toEqual(Plaintext);
  });
});
