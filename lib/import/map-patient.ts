import * as z from "zod/mini";
import { routes } from "../../functions/patients/routes.ts";
import { addressOf, countryOf, currentOf, emailsOf, phonesOf } from "./contacts.ts";
import * as fhir from "./fhir.ts";
import { codeOf, type Mapped, needed, read } from "./mapped.ts";
import { nameOf } from "./names.ts";
import { keysOf } from "./references.ts";

/**
 * A FHIR R4 Patient as a registration. The record number is the identifier of type MR, else the FHIR id. One who has
 * died stays active unless the source says `active: false`, since the API keeps no date of death and an inactive
 * patient means one whom the clinic no longer looks after.
 */
export function mapPatient(resource: unknown): Mapped {
  const patient = read(fhir.patient, resource);
  const notes: string[] = [];
  const address = currentOf(patient.address);
  const country = countryOf(address, notes);
  const body = {
    name: needed(nameOf(patient.name), "no-name"),
    birthDate: birthDateOf(patient.birthDate, notes),
    gender: patient.gender,
    phones: phonesOf(patient, country, notes),
    emails: emailsOf(patient, notes),
    address: address && addressOf(address, country),
    mrn: recordNumberOf(patient),
    language: languageOf(patient, notes),
    active: patient.active ?? true,
  };
  const keys = keysOf("Patient", patient.id, patient.identifier);
  return { path: routes.register.path, body, notes, keys, isSame: (existing) => isSamePerson(body, existing) };
}

type Patient = z.infer<typeof fhir.patient>;

function recordNumberOf({ id, identifier = [] }: Patient): string {
  const medical = identifier.find(({ type }) => type?.coding?.some(({ code }) => code === "MR"));
  return medical?.value || id;
}

function birthDateOf(birthDate: string | undefined, notes: string[]): string | undefined {
  if (birthDate === undefined || birthDate.length === 10) return birthDate;
  notes.push("birthDate: not a whole date");
  return undefined;
}

function languageOf({ communication = [] }: Patient, notes: string[]): string | undefined {
  const spoken = communication.find(({ preferred }) => preferred) ?? communication[0];
  const tag = codeOf(spoken?.language);
  if (spoken === undefined || (tag && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag))) return tag;
  notes.push("language: not a BCP 47 tag");
  return undefined;
}

const person = z.object({ name: z.unknown(), birthDate: z.optional(z.string()) });

/**
 * Whether two people with one record number may be one: born on one day, or of one name. Two sources may number their
 * patients alike, and nobody's records may end up under another's name.
 */
export function isSamePerson(one: unknown, other: unknown): boolean {
  const [a, b] = [z.safeParse(person, one), z.safeParse(person, other)];
  if (!a.success || !b.success) return false;
  if (a.data.birthDate !== undefined && a.data.birthDate === b.data.birthDate) return true;
  return folded(a.data.name) === folded(b.data.name);
}

const words = z.object({
  family: z.optional(z.string()),
  given: z.optional(z.array(z.string())),
  text: z.optional(z.string()),
});

function folded(name: unknown): string {
  const { family = "", given = [], text = "" } = z.safeParse(words, name).data ?? {};
  const spelled = [...given, family].join(" ").trim() || text;
  return spelled.normalize("NFKC").toLowerCase().trim();
}
