import type { Membership } from "../kernel/caller.ts";
import { absent, commitAll, type Guard, put, remove, update, type Write } from "../kernel/commit.ts";
import { get, getAll, type Item, keyOf, query } from "../kernel/table.ts";

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

/** Under whom a person's users are found. */
const personAt = (clinic: string, person: string, user: string) => keyOf("member", [clinic, person], user);

/** Gives a user a place in a clinic, or changes it. */
export async function saveMember(user: string, { clinic, role, person }: Membership): Promise<void> {
  await commitAll([
    ...(await partingFrom(user, clinic, person)),
    put(keyOf("member", [user], clinic), { role, person }),
    ...(person ? [put(personAt(clinic, person, user), {})] : []),
  ]);
}

/** Takes a user's place in a clinic away; it works within 30 s. */
export async function removeMember(user: string, clinic: string): Promise<void> {
  await commitAll([...(await partingFrom(user, clinic)), remove(keyOf("member", [user], clinic))]);
}

/** The write by which a user is no longer the person they were in a clinic, unless they still are. */
async function partingFrom(user: string, clinic: string, next?: string): Promise<Write[]> {
  const person = (await get(keyOf("member", [user], clinic)))?.["person"] as string | undefined;
  return person && person !== next ? [remove(personAt(clinic, person, user))] : [];
}

/** The writes that take away the places of all users who are a person. */
export async function leaving(clinic: string, person: string): Promise<Write[]> {
  return (await findUsers(clinic, person)).flatMap((user) => [
    remove(keyOf("member", [user], clinic)),
    remove(personAt(clinic, person, user)),
  ]);
}

/** The users who are a person. */
export async function findUsers(clinic: string, person: string): Promise<string[]> {
  return (await query(personAt(clinic, person, ""))).items.map(({ sk }) => sk);
}

/** The writes by which a user is another person in a clinic than they were. */
export function handingOver(clinic: string, user: string, [from, to]: [string, string], lost: Guard["lost"]): Write[] {
  return [
    update(keyOf("member", [user], clinic), "SET person = :to", {
      condition: "person = :from",
      values: { ":from": from, ":to": to },
      lost,
    }),
    remove(personAt(clinic, from, user)),
    put(personAt(clinic, to, user), {}),
  ];
}
