import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { open, type Place, type SealingKey, seal } from "../functions/kernel/vault.ts";
import { columns, type Finding, type Size } from "./report.ts";

const place: Place = { table: "clinic", clinic: "cln_Bench", type: "record", id: "rec_Bench", version: 1 };
const key: SealingKey = { kind: "P", number: 1, bytes: randomBytes(32) };

/** An item whose JSON is 1 KB. */
const item = { kind: "note", title: "Consultation", text: "x".repeat(1024 - 48) };
const text = Buffer.from(JSON.stringify(item));

/** AES-GCM of the same bytes and nothing else: a nonce, no context, no header, no JSON. */
function bareSeal(bytes: Uint8Array) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key.bytes, nonce);
  return { nonce, text: Buffer.concat([cipher.update(bytes), cipher.final()]), tag: cipher.getAuthTag() };
}

function bareOpen({ nonce, text: sealed, tag }: ReturnType<typeof bareSeal>): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key.bytes, nonce, { authTagLength: 16 }).setAuthTag(tag);
  return Buffer.concat([decipher.update(sealed), decipher.final()]);
}

const blob = seal(key, place, item);
const bare = bareSeal(text);

/** What sealing and opening one item of 1 KB costs, beside bare AES-GCM of the same bytes. */
export async function sealing({ alone }: Size): Promise<Finding> {
  const works: [string, () => unknown, () => unknown][] = [
    ["sealing", () => seal(key, place, item), () => bareSeal(text)],
    ["opening", () => open([key], place, blob), () => bareOpen(bare)],
  ];
  const raw = works.map(([name, ours, floor]) => ({ name, ...inTurns(alone, ours, floor) }));
  const rows = raw.map(({ name, ours, floor }) => [name, micro(ours), micro(floor), (ours / floor).toFixed(2)]);
  return {
    title: `Sealing and opening an item of ${text.length} bytes`,
    text: columns(["1 KB", "us", "bare AES-GCM us", "ratio"], rows),
    raw,
    verdicts: raw.map(({ name, ours }) => ({
      aim: `${name} an item of 1 KB takes at most 100 us`,
      seen: `${micro(ours)} us`,
      holds: ours <= 0.1,
    })),
  };
}

/** Medians, in milliseconds for each, of as many batches of either, taking turns; a first tenth is not counted. */
function inTurns(batches: number, ours: () => unknown, floor: () => unknown): { ours: number; floor: number } {
  const times: { ours: number; floor: number }[] = [];
  for (let batch = 0; batch < batches; batch++) times.push({ ours: timeOf(ours), floor: timeOf(floor) });
  const counted = times.slice(Math.ceil(batches / 10));
  const median = (of: "ours" | "floor") => counted.map((each) => each[of]).sort((a, b) => a - b)[counted.length >> 1]!;
  return { ours: median("ours"), floor: median("floor") };
}

function timeOf(work: () => unknown): number {
  const start = performance.now();
  for (let time = 0; time < 100; time++) work();
  return (performance.now() - start) / 100;
}

function micro(ms: number): string {
  return (ms * 1000).toFixed(1);
}
