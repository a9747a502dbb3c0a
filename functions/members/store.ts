import type { Membership } from "../kernel/caller.ts";
import { absent, commitAll, put, remove } from "../kernel/commit.ts";
import { get, getAll, type Item, keyOf } from "../kernel/table.ts";

/** A clinic's settings. */
export interface Clinic {
  id: string;
  name: string;
  /** IANA zone. */
  zone: string;
  /** ISO 3166; phone numbers without a country code are read as dialled there. */
  country?: string;
}

const clinicAt = (clinic: string) => keyOf("clinic", [clinic], "CLINIC");

/** The clinic that a caller's membership names. */
export async function findClinic(id: string): Promise<Clinic> {
  const item = await get(clinicAt(id));
  if (!item) throw new Error("a membership names a clinic that is not there");
  return clinicOf(id, item);
}

export async function findClinics(ids: readonly string[]): Promise<Clinic[]> {
  const items = await getAll(ids.map(clinicAt));
  return items.flatMap((item, place) => (item ? [clinicOf(ids[place] as string, item)] : []));
}

function clinicOf(id: string, item: Item): Clinic {
  return {
    id,
    name: item["name"] as string,
    zone: item["zone"] as string,
    country: item["country"] as string | undefined,
  };
}

/** Keeps a new clinic's settings with its wrapped keys: its sealing key and its index key, as KMS gave them. */
export async function saveClinic(
  { id, ...settings }: Clinic,
  wrapped: { seal: Uint8Array; index: Uint8Array },
): Promise<void> {
  const taken = absent(() => new Error("there is a clinic of that id"));
  await commitAll([
    put(clinicAt(id), { ...settings }, taken),
    put(keyOf("key", [id], "SEAL#1"), { wrapped: wrapped.seal }, taken),
    put(keyOf("key", [id], "INDEX#1"), { wrapped: wrapped.index }, taken),
  ]);
}

/** Gives a user a place in a clinic, or changes it. */
export async function saveMember(user: string, { clinic, role, person }: Membership): Promise<void> {
  await commitAll([put(keyOf("member", [user], clinic), { role, person })]);
}

/** Takes a user's place in a clinic away; it works within 30 s. */
export async function removeMember(user: string, clinic: string): Promise<void> {
  await commitAll([remove(keyOf("member", [user], clinic))]);
}
