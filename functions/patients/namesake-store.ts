import type { Caller, Subject } from "../kernel/exchange.ts";
import type { Keyring } from "../kernel/keyring.ts";
import type { Practitioner } from "../practitioners/model.ts";
import { findPractitioner } from "../practitioners/store.ts";
import type { Patient } from "./model.ts";
import { areNamesakes } from "./namesake.ts";

/** The practitioner who asks; undefined for others, whose own names the clinic's books do not hold. */
export async function findOwn(keyring: Keyring, { role, person }: Caller): Promise<Practitioner | undefined> {
  return role === "practitioner" && person ? findPractitioner(keyring, person) : undefined;
}

/** Patients as the audit trail tells of them, and which of them bear the family name of the practitioner who looks. */
export function subjectsFor(own: Practitioner | undefined, patients: readonly Patient[]): Subject[] {
  return patients.map(({ id: patient, name }) => ({
    patient,
    ...(own && areNamesakes(own.name, name) ? { namesake: true } : {}),
  }));
}
