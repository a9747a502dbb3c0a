import { seenOf } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { invalid } from "../kernel/input.ts";
import { type Keyring, openKeyring } from "../kernel/keyring.ts";
import { cursorTo, limitOf, listing, positionOf } from "../kernel/page.ts";
import { phoneNumber } from "../kernel/phone.ts";
import { findClinic } from "../members/store.ts";
import { findByTerm } from "./index-store.ts";
import type { Patient } from "./model.ts";
import { findOwn, subjectsFor } from "./namesake-store.ts";
import { search as route } from "./routes.ts";
import { findPatients } from "./store.ts";
import { namesMatch, nameTerm, normalEmail, type Term, withoutExtension, wordsOf } from "./terms.ts";

interface Criteria {
  name?: string;
  birthDate?: string;
  phone?: string;
  email?: string;
  mrn?: string;
}

export const handler = endpoint(route, async (ask) => {
  const { query, caller, concerns } = ask;
  const [keyring, clinic] = await Promise.all([openKeyring(caller.clinic), findClinic(caller.clinic)]);
  if (query.name !== undefined && wordsOf(query.name).length === 0) throw invalid([wordless]);
  const list = listing("patients.search", query);
  const phone = query.phone && withoutExtension(phoneNumber(query.phone, clinic.country, "phone"));
  const after = positionOf<string>(keyring, list);
  const [{ items, last }, own] = await Promise.all([
    findMatching(keyring, { ...query, phone }, after, limitOf(list), (patients) => seenOf(route, ask, patients)),
    findOwn(keyring, caller),
  ]);
  concerns(...subjectsFor(own, items));
  return { items, next: last && cursorTo(keyring, list, last) };
});

const wordless = { path: "name", expected: "at least one letter", message: "name should be at least one letter" };

/** How many pages of index entries one request looks through for matches of all criteria. */
const rounds = 10;

/** Looks up the most telling criterion and keeps, of those found, whom the caller may see and who match all of them. */
async function findMatching(
  keyring: Keyring,
  criteria: Criteria,
  after: string | undefined,
  limit: number,
  seen: (patients: readonly Patient[]) => Promise<Patient[]>,
) {
  const items: Patient[] = [];
  let last = after;
  for (let round = 0; round < rounds; round++) {
    const found = await findByTerm(keyring, mostTelling(criteria), last, round === 0 ? Math.min(50, limit) : 50);
    const fitting = (await findPatients(keyring, found.ids)).filter((patient) => matches(patient, criteria));
    const matching = await seen(fitting);
    const wanted = matching.slice(0, limit - items.length);
    items.push(...wanted);
    if (wanted.length < matching.length) return { items, last: wanted.at(-1)?.id ?? last };
    last = found.last;
    if (!last || items.length === limit) break;
  }
  return { items, last };
}

function mostTelling({ name, birthDate, phone, email, mrn }: Criteria): Term {
  if (mrn) return { field: "mrn", value: mrn };
  if (email) return { field: "email", value: normalEmail(email) };
  if (phone) return { field: "phone", value: phone };
  const longest = wordsOf(name ?? "").sort((a, b) => b.length - a.length)[0];
  if (birthDate) return { field: "birthDate", value: birthDate };
  return longest ? nameTerm(longest) : { field: "all", value: "" };
}

function matches(patient: Patient, { name, birthDate, phone, email, mrn }: Criteria): boolean {
  return (
    (!mrn || patient.mrn === mrn) &&
    (!birthDate || patient.birthDate === birthDate) &&
    (!email || (patient.emails ?? []).some((own) => normalEmail(own) === normalEmail(email))) &&
    (!phone || (patient.phones ?? []).some((own) => withoutExtension(own) === phone)) &&
    (!name || namesMatch(patient.name, wordsOf(name)))
  );
}
