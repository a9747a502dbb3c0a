import { createHash } from "node:crypto";
import { ZipWriter } from "@zip.js/zip.js/lib/zip-core-native.js";
import type { Instant } from "../kernel/instant.ts";

/** What lies in an archive, as its manifest tells it. */
export interface Packed {
  name: string;
  /** In bytes. */
  size: number;
  /** SHA-256, in hex. */
  sha256: string;
}

type Pieces = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/** How much text is put together before it is packed, in bytes: encrypting many small pieces takes longer. */
const pieceSize = 64 * 1024;

/**
 * A ZIP archive whose every file is encrypted by AES-256 (WinZip's AE-2), written as it goes: of no file more than a piece
 * is held. The names of files are not encrypted in a ZIP, so they must not tell of a person.
 */
export class Archive {
  readonly packed: Packed[] = [];
  readonly #zip: ZipWriter<unknown>;

  constructor(writable: WritableStream<Uint8Array>, password: string, now: Instant) {
    this.#zip = new ZipWriter(writable, {
      password,
      encryptionStrength: 3,
      lastModDate: new Date(now),
      useWebWorkers: false,
    });
  }

  /** Adds a file. What is compressed already is stored as it is. */
  async add(name: string, pieces: Pieces, { isCompressed = false } = {}): Promise<void> {
    const hash = createHash("sha256");
    let size = 0;
    const measured = async function* () {
      for await (const piece of inPieces(pieces)) {
        hash.update(piece);
        size += piece.length;
        yield piece;
      }
    };
    await this.#zip.add(name, ReadableStream.from(measured()), isCompressed ? { level: 0 } : {});
    this.packed.push({ name, size, sha256: hash.digest("hex") });
  }

  /** Ends the archive, and what it was written to. */
  async close(): Promise<void> {
    await this.#zip.close();
  }
}

/** Texts and bytes as bytes, small ones put together. */
async function* inPieces(pieces: Pieces): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
    held.push(bytes);
    size += bytes.length;
    if (size < pieceSize) continue;
    yield Buffer.concat(held, size);
    [held, size] = [[], 0];
  }
  if (size > 0) yield Buffer.concat(held, size);
}
