import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { blind, open, type Place, SealBroken, type SealingKey, seal } from "../../functions/kernel/vault.ts";

interface Vectors {
  seal: {
    says: string;
    key: { kind: "C" | "P"; number: number; hex: string };
    place: Place;
    nonce: string;
    value: unknown;
    blob: string;
  }[];
  blind: { key: string; field: string; value: string; index: string }[];
}

const vectors = JSON.parse(readFileSync(new URL("../../docs/vault-vectors.json", import.meta.url), "utf8")) as Vectors;
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

const key: SealingKey = { kind: "P", number: 1, bytes: new Uint8Array(32).fill(7) };
const place: Place = { table: "clinic", clinic: "cln_A", type: "record", id: "rec_B", version: 3 };

describe("the vault's published format", () => {
  it.each(vectors.seal)("seals and opens $says", ({ key: { kind, number, hex }, place: at, nonce, value, blob }) => {
    const sealing = { kind, number, bytes: bytes(hex) };
    expect(Buffer.from(seal(sealing, at, value, bytes(nonce))).toString("hex")).toBe(blob);
    expect(open([sealing], at, bytes(blob))).toEqual(value);
  });

  it.each(vectors.blind)("makes the blind index of a $field", ({ key: hex, field, value, index }) => {
    expect(blind(bytes(hex), field, value)).toBe(index);
  });
});

describe("a sealed blob", () => {
  const value = { text: "Zoë – 陳大文 🙂" };
  const blob = seal(key, place, value);

  it("opens to exactly what was put in", () => {
    expect(open([key], place, blob)).toEqual(value);
  });

  it("is never the same twice", () => {
    expect(seal(key, place, value)).not.toEqual(blob);
  });

  it("weighs 34 bytes more than its JSON", () => {
    expect(blob.length).toBe(Buffer.byteLength(JSON.stringify(value)) + 34);
  });

  it("does not open with any one bit flipped", () => {
    for (let bit = 0; bit < blob.length * 8; bit++) {
      const flipped = new Uint8Array(blob);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => open([key], place, flipped), `bit ${bit}`).toThrow(SealBroken);
    }
  });

  it("does not open when cut short, at any length", () => {
    for (let length = 0; length < blob.length; length++) {
      expect(() => open([key], place, blob.subarray(0, length)), `${length} bytes`).toThrow(SealBroken);
    }
  });

  it.each([
    ["another table", { table: "audit" }],
    ["another clinic", { clinic: "cln_B" }],
    ["another kind of thing", { type: "patient" }],
    ["another row", { id: "rec_C" }],
    ["another version", { version: 4 }],
  ])("does not open in %s", (_, other) => {
    expect(() => open([key], { ...place, ...other }, blob)).toThrow(SealBroken);
  });

  it("does not open with another key of the same number, nor with the right bytes under another number", () => {
    expect(() => open([{ ...key, bytes: new Uint8Array(32).fill(8) }], place, blob)).toThrow(SealBroken);
    expect(() => open([{ ...key, number: 2 }], place, blob)).toThrow(SealBroken);
    expect(() => open([{ ...key, kind: "C" }], place, blob)).toThrow(SealBroken);
  });

  it("opens with an old key as long as the ring has it", () => {
    const newer = { ...key, number: 2, bytes: new Uint8Array(32).fill(9) };
    expect(open([newer, key], place, blob)).toEqual(value);
  });
});

describe("a blind index", () => {
  const indexKey = new Uint8Array(32).fill(1);

  it("differs by value, by field and by clinic", () => {
    const other = new Uint8Array(32).fill(2);
    const made = [
      blind(indexKey, "name", "ana"),
      blind(indexKey, "name", "anb"),
      blind(indexKey, "phone", "ana"),
      blind(other, "name", "ana"),
    ];
    expect(new Set(made).size).toBe(4);
  });

  it("shows nothing of its value", () => {
    expect(blind(indexKey, "name", "ana")).toMatch(/^[\w-]{22}$/);
  });
});
