import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

/*
 * Sealing: AES-256-GCM (NIST SP 800-38D) with a fresh random 96-bit nonce per blob. A blob is
 *
 *   format (1 byte, 1) | key kind (1 byte, "C" or "P") | key number (4 bytes) | nonce (12) | ciphertext | tag (16)
 *
 * and its authenticated context is the JSON array ["praxis/1", table, clinic, type, id, version]. The format and test
 * vectors are published in docs/security.md.
 */

const format = 1;
const head = 6;
const nonceLength = 12;
const tagLength = 16;

/** A key that seals: a clinic's ("C") or a patient's ("P"), with its number among its owner's keys. */
export interface SealingKey {
  kind: "C" | "P";
  number: number;
  bytes: Uint8Array;
}

/** Where a blob lies. It opens only there: not in another row, clinic, table or version. */
export interface Place {
  table: string;
  clinic: string;
  type: string;
  id: string;
  version: number;
}

/** Raised when a blob does not open: tampered with, moved, or sealed by another key. It knows where, not what. */
export class SealBroken extends Error {
  override name = "SealBroken";
  readonly place: Place;

  constructor(why: string, place: Place) {
    super(why);
    this.place = place;
  }
}

/** Which key a blob says it was sealed by; undefined for bytes that are no blob of ours. Nothing is checked by it. */
export function namedBy(blob: unknown): Pick<SealingKey, "kind" | "number"> | undefined {
  if (!(blob instanceof Uint8Array) || blob.length < head + nonceLength + tagLength || blob[0] !== format)
    return undefined;
  const kind = String.fromCharCode(blob[1] as number);
  if (kind !== "C" && kind !== "P") return undefined;
  return { kind, number: new DataView(blob.buffer, blob.byteOffset).getUint32(2) };
}

/** Seals a JSON value for its place. `nonce` is given only by the test vectors. */
export function seal(
  key: SealingKey,
  place: Place,
  value: unknown,
  nonce: Uint8Array = randomBytes(nonceLength),
): Uint8Array {
  return sealBytes(key, place, Buffer.from(JSON.stringify(value)), nonce);
}

export function sealBytes(
  key: SealingKey,
  place: Place,
  bytes: Uint8Array,
  nonce: Uint8Array = randomBytes(nonceLength),
): Uint8Array {
  const prefix = Buffer.alloc(head);
  prefix.writeUInt8(format, 0);
  prefix.write(key.kind, 1, "latin1");
  prefix.writeUInt32BE(key.number, 2);
  const cipher = createCipheriv("aes-256-gcm", key.bytes, nonce).setAAD(contextOf(place));
  return Buffer.concat([prefix, nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** Opens a blob at its place, with whichever of its owner's keys it names. Throws SealBroken. */
export function open<Value>(keys: readonly SealingKey[], place: Place, blob: Uint8Array): Value {
  return JSON.parse(Buffer.from(openBytes(keys, place, blob)).toString("utf8")) as Value;
}

export function openBytes(keys: readonly SealingKey[], place: Place, blob: Uint8Array): Uint8Array {
  const bytes = Buffer.from(blob);
  if (bytes.length < head + nonceLength + tagLength || bytes.readUInt8(0) !== format)
    throw new SealBroken("unknown format", place);
  const kind = bytes.toString("latin1", 1, 2);
  const number = bytes.readUInt32BE(2);
  const key = keys.find((each) => each.kind === kind && each.number === number);
  if (!key) throw new SealBroken("sealed by another key", place);
  try {
    const opened = createDecipheriv("aes-256-gcm", key.bytes, bytes.subarray(head, head + nonceLength), {
      authTagLength: tagLength,
    })
      .setAAD(contextOf(place))
      .setAuthTag(bytes.subarray(bytes.length - tagLength));
    return Buffer.concat([opened.update(bytes.subarray(head + nonceLength, bytes.length - tagLength)), opened.final()]);
  } catch {
    throw new SealBroken("tampered with, or not its place", place);
  }
}

function contextOf({ table, clinic, type, id, version }: Place): Uint8Array {
  return Buffer.from(JSON.stringify(["praxis/1", table, clinic, type, id, version]));
}

/**
 * A blind index: tells that two values are equal without telling what they are. HMAC-SHA-256 under a key derived for the
 * field (HKDF, RFC 5869) from the clinic's index key, cut to 128 bits, in base64url.
 */
export function blind(indexKey: Uint8Array, field: string, value: string): string {
  const key = Buffer.from(hkdfSync("sha256", indexKey, "", `praxis/1 index ${field}`, 32));
  return createHmac("sha256", key).update(value, "utf8").digest().subarray(0, 16).toString("base64url");
}
