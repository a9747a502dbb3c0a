import { DecryptCommand, KMSClient } from "@aws-sdk/client-kms";
import { env, envOr } from "./env.ts";
import { busy } from "./problem.ts";
import { type Key, keyOf, query } from "./table.ts";
import { open, type SealingKey, seal } from "./vault.ts";

/** A clinic's keys, unwrapped. While one is rotated there are two of its kind; docs/keys.md says what is done with which. */
export interface Keyring {
  clinic: string;
  /** What seals; all of `keys` open. */
  current: SealingKey;
  keys: readonly SealingKey[];
  /** The index keys that entries may lie under, oldest first. A search asks all of them, in this order. */
  indexes: readonly IndexKey[];
  /** Those of them under which what must be unique is marked; entries of searches are written under the last. */
  marking: readonly IndexKey[];
}

/** A key of a clinic's blind indexes, with its number among them. */
export interface IndexKey {
  number: number;
  bytes: Uint8Array;
}

const kms = new KMSClient({
  endpoint: envOr("KMS_ENDPOINT"),
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
});

const remembered = new Map<string, { until: number; keyring: Promise<Keyring> }>();
const memory = Math.min(300, Number(envOr("KEYS_SECONDS") ?? 300)) * 1000;

/** After this long whatever was changed about a clinic's keys is known to every running function, in milliseconds. */
export const settling = 2 * memory;

/** A clinic's keys, asked of KMS at most every five minutes by one running function. KMS out of reach: 503. */
export function openKeyring(clinic: string): Promise<Keyring> {
  const seen = remembered.get(clinic);
  if (seen && seen.until > performance.now()) return seen.keyring;
  const keyring = unwrapAll(clinic);
  remembered.set(clinic, { until: performance.now() + memory, keyring });
  keyring.catch(() => remembered.delete(clinic));
  return keyring;
}

async function unwrapAll(clinic: string): Promise<Keyring> {
  const now = Date.now();
  const rows = await findKeyRows(clinic);
  const unwrapped = await Promise.all(rows.map(async (row) => ({ ...row, bytes: await unwrap(clinic, row) })));
  const sealing = unwrapped.filter(({ kind }) => kind === "SEAL").map((row) => ({ ...row, kind: "C" as const }));
  const indexes = unwrapped.filter(({ kind }) => kind === "INDEX");
  const current = sealing.findLast(({ from }) => from <= now);
  const marking = indexes.filter(({ from, until = Number.POSITIVE_INFINITY }) => from <= now && until > now);
  if (!current || marking.length === 0) throw new Error("the clinic has no keys");
  return { clinic, current, keys: sealing, indexes, marking };
}

/** A clinic's key as it lies in the table, wrapped. */
export interface KeyRow {
  kind: "SEAL" | "INDEX";
  number: number;
  wrapped: Uint8Array;
  /** From when on it seals, or is written under (ms since 1970): once every function knows that it is there. */
  from: number;
  /** Until when an index key is written under, once there is a newer one. */
  until?: number | undefined;
  /** When it was made (RFC 3339); the first keys are as old as the clinic. */
  createdAt?: string | undefined;
}

/** Where a clinic's key lies. */
export function clinicKeyAt(clinic: string, { kind, number }: Pick<KeyRow, "kind" | "number">): Key {
  return keyOf("key", [clinic], `${kind}#${number}`);
}

/** A clinic's keys, oldest first. */
export async function findKeyRows(clinic: string): Promise<KeyRow[]> {
  const { items } = await query(keyOf("key", [clinic], ""), { from: "INDEX#", to: "SEAL#~" });
  return items
    .map((item) => {
      const [kind, number] = item.sk.split("#") as [KeyRow["kind"], string];
      const { wrapped, from = 0, until, createdAt } = item as unknown as Partial<KeyRow> & Pick<KeyRow, "wrapped">;
      return { kind, number: Number(number), wrapped, from, until, createdAt };
    })
    .sort((a, b) => a.number - b.number);
}

async function unwrap(clinic: string, row: KeyRow): Promise<Uint8Array> {
  try {
    const { Plaintext } = await kms.send(
      new DecryptCommand({
        KeyId: env("KMS_KEY"),
        CiphertextBlob: row.wrapped,
        EncryptionContext: { clinic, purpose: clinicKeyAt(clinic, row).sk },
      }),
    );
    if (!Plaintext) throw new Error("KMS answered without a key");
    return Plaintext;
  } catch {
    throw busy("keys-unavailable");
  }
}

/** Seals what a clinic keeps of its own: practitioners, time off, cursors. */
export function sealFor(keyring: Keyring, type: string, id: string, version: number, value: unknown): Uint8Array {
  return seal(keyring.current, { table: "clinic", clinic: keyring.clinic, type, id, version }, value);
}

export function openFor<Value>(keyring: Keyring, type: string, id: string, version: number, blob: unknown): Value {
  return open(keyring.keys, { table: "clinic", clinic: keyring.clinic, type, id, version }, blob as Uint8Array);
}
