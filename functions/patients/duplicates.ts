import { mustSee } from "../access/sight-store.ts";
import { endpoint } from "../kernel/endpoint.ts";
import { type Keyring, openKeyring } from "../kernel/keyring.ts";
import { missing } from "../kernel/problem.ts";
import { findByTerm } from "./index-store.ts";
import { likenessOf } from "./likeness.ts";
import type { Patient } from "./model.ts";
import { duplicates as route } from "./routes.ts";
import { findPatient, findPatients } from "./store.ts";
import { type Term, termsOf } from "./terms.ts";

export const handler = endpoint(route, async (ask) => {
  const { params, caller, concerns } = ask;
  await mustSee(route, ask, params.patientId);
  const keyring = await openKeyring(caller.clinic);
  const found = await findPatient(keyring, params.patientId);
  if (!found) throw missing();
  const others = await findSharing(keyring, found.patient);
  const items = others.flatMap((patient) => {
    const because = likenessOf(found.patient, patient);
    return because.length > 0 ? { patient, because } : [];
  });
  const shown = items.toSorted((a, b) => b.because.length - a.because.length).slice(0, most);
  concerns(...shown.map(({ patient }) => ({ patient: patient.id })));
  return { items: shown };
});

/** How many candidates are told, and how many patients with one birth date or phone are looked at. */
const most = 50;
const looked = 200;

/** Those who share a birth date or a phone with a patient. */
async function findSharing(keyring: Keyring, patient: Patient): Promise<Patient[]> {
  const shared = termsOf(patient).filter(({ field }) => field === "birthDate" || field === "phone");
  const found = await Promise.all(shared.map((term) => findIds(keyring, term)));
  const ids = [...new Set(found.flat())].filter((id) => id !== patient.id);
  const pages = Array.from({ length: Math.ceil(ids.length / 50) }, (_, n) => ids.slice(n * 50, n * 50 + 50));
  return (await Promise.all(pages.map((page) => findPatients(keyring, page)))).flat();
}

async function findIds(keyring: Keyring, term: Term): Promise<string[]> {
  return (await findByTerm(keyring, term, undefined, looked)).ids;
}
