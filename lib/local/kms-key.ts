import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** A master key: its id (a UUID) and 32 secret bytes. */
export interface MasterKey {
  id: string;
  bytes: Uint8Array;
}

export type EncryptionContext = Readonly<Record<string, string>>;

const version = 1;
const ivLength = 12;
const tagLength = 16;

/** The ARN by which a laptop's key is named; the account is nobody's. */
export function arnOf({ id }: MasterKey): string {
  return `arn:aws:kms:us-east-1:000000000000:key/${id}`;
}

/** The master key kept in a file, readable by its owner alone; made at first use. Without a file it is a new one. */
export async function masterKey(file?: string): Promise<MasterKey> {
  const kept = file && (await readFile(file, "utf8").catch(() => undefined));
  if (kept) {
    const { id, key } = JSON.parse(kept) as { id: string; key: string };
    return { id, bytes: Buffer.from(key, "base64") };
  }
  const made = { id: randomUUID(), bytes: randomBytes(32) };
  if (file) {
    await mkdir(dirname(file), { recursive: true });
    const text = JSON.stringify({ id: made.id, key: made.bytes.toString("base64") });
    await writeFile(file, `${text}\n`, { mode: 0o600, flag: "wx" });
  }
  return made;
}

/** A ciphertext blob: version, the key's id with its length before it, IV, tag, AES-256-GCM ciphertext. */
export function encrypt(key: MasterKey, plaintext: Uint8Array, context: EncryptionContext): Buffer {
  const header = Buffer.from([version, key.id.length, ...Buffer.from(key.id)]);
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv("aes-256-gcm", key.bytes, iv).setAAD(bound(header, context));
  const sealed = [cipher.update(plaintext), cipher.final()];
  return Buffer.concat([header, iv, cipher.getAuthTag(), ...sealed]);
}

/** The id of the key that a blob names; undefined where it is no blob of this kind. */
export function keyIdOf(blob: Buffer): string | undefined {
  return blob[0] === version ? blob.subarray(2, headerLength(blob)).toString() : undefined;
}

/** What a blob holds; undefined if it was tampered with, or sealed under another context. */
export function decrypt(key: MasterKey, blob: Buffer, context: EncryptionContext): Buffer | undefined {
  const start = headerLength(blob);
  const [ivEnd, tagEnd] = [start + ivLength, start + ivLength + tagLength];
  try {
    const decipher = createDecipheriv("aes-256-gcm", key.bytes, blob.subarray(start, ivEnd), {
      authTagLength: tagLength,
    })
      .setAAD(bound(blob.subarray(0, start), context))
      .setAuthTag(blob.subarray(ivEnd, tagEnd));
    return Buffer.concat([decipher.update(blob.subarray(tagEnd)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function headerLength(blob: Buffer): number {
  return 2 + (blob[1] ?? 0);
}

/** What the tag authenticates beside the ciphertext: the header, and the context whatever the order of its pairs. */
function bound(header: Buffer, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat([header, Buffer.from(JSON.stringify(pairs))]);
}
