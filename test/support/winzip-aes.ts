import { createCipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";
import { inflateRawSync } from "node:zlib";

/*
 * A reader of ZIP archives encrypted by WinZip's AE-2 (https://www.winzip.com/en/support/aes-encryption/), on node:crypto
 * alone: what the archive's own library writes must be what others read. For archives without Zip64 in their directory.
 */

/** The files of an archive by name. Whatever is not AES-256, or does not open with the password, throws. */
export function openedByHand(archive: Buffer, password: string): Map<string, Buffer> {
  const end = archive.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((of) => archive.readUInt16LE(at + of)) as [
      number,
      number,
      number,
    ];
    const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
    const extra = archive.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const local = archive.readUInt32LE(at + 42);
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const data = archive.subarray(from, from + archive.readUInt32LE(at + 20));
    const method = methodIn(archive.readUInt16LE(at + 10), extra);
    const plain = decrypted(data, password);
    files.set(name, method === 8 ? inflateRawSync(plain) : plain);
    at += 46 + nameLength + extraLength + commentLength;
  }
  return files;
}

/** The method below the encryption, as the field 0x9901 has it; the strength must be 3: AES-256. */
function methodIn(method: number, extra: Buffer): number {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    const isAes = extra.readUInt16LE(at) === 0x9901 && extra.readUInt16LE(at + 4) === 2 && extra[at + 8] === 3;
    if (method === 99 && isAes) return extra.readUInt16LE(at + 9);
  }
  throw new Error("not encrypted by AES-256");
}

function decrypted(data: Buffer, password: string): Buffer {
  const keys = pbkdf2Sync(password, data.subarray(0, 16), 1000, 66, "sha1");
  if (!keys.subarray(64).equals(data.subarray(16, 18))) throw new Error("Invalid password");
  const text = data.subarray(18, -10);
  const mac = createHmac("sha1", keys.subarray(32, 64)).update(text).digest().subarray(0, 10);
  if (!timingSafeEqual(mac, data.subarray(-10))) throw new Error("tampered with");
  // Counter mode with a counter that begins at 1 and is little-endian, unlike OpenSSL's.
  const counters = Buffer.alloc(Math.ceil(text.length / 16) * 16);
  for (let block = 0; block * 16 < text.length; block++) counters.writeUInt32LE(block + 1, block * 16);
  const cipher = createCipheriv("aes-256-ecb", keys.subarray(0, 32), null).setAutoPadding(false);
  const stream = Buffer.concat([cipher.update(counters), cipher.final()]);
  return Buffer.from(text.map((byte, place) => byte ^ (stream[place] ?? 0)));
}
