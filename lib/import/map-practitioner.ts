import type * as z from "zod/mini";
import { routes } from "../../functions/practitioners/routes.ts";
import { routes as services } from "../../functions/services/routes.ts";
import { countryOf, currentOf, emailsOf, phonesOf } from "./contacts.ts";
import * as fhir from "./fhir-clinic.ts";
import { codingsOf, firstOf, type Mapped, needed, read, wordsOf } from "./mapped.ts";
import { nameOf } from "./names.ts";
import { type Known, keysOf, officialOf, wholeOf } from "./references.ts";

const nationalProvider = "http://hl7.org/fhir/sid/us-npi";

/** PractitionerRoles by the keys under which they name the practitioner. */
export type RolesByPractitioner = ReadonlyMap<string, readonly fhir.PractitionerRole[]>;

/** A FHIR R4 Practitioner, with what the PractitionerRoles say that name them. */
export function mapPractitioner(resource: unknown, known: Known, rolesByPractitioner: RolesByPractitioner): Mapped {
  const practitioner = read(fhir.practitioner, resource);
  const keys = keysOf("Practitioner", practitioner.id, practitioner.identifier);
  const notes: string[] = [];
  const country = countryOf(currentOf(practitioner.address), notes);
  const all = keys.flatMap((key) => rolesByPractitioner.get(key) ?? []);
  const roles = all.filter(({ active = true }) => active);
  if (roles.length < all.length) notes.push("roles: one that is over");
  const body = {
    name: needed(nameOf(practitioner.name), "no-name"),
    ...partsOf(roles, known, notes),
    email: emailsOf(practitioner, notes)[0],
    phone: [practitioner, ...roles].flatMap((each) => phonesOf(each, country, notes))[0],
    identifier: identifierOf(practitioner),
    active: practitioner.active ?? true,
  };
  const within = all.map(({ id }) => ({ kind: "PractitionerRole", name: `PractitionerRole/${id}` }));
  return { path: routes.add.path, body, notes, keys, within };
}

/** What of PractitionerRoles a practitioner keeps. */
function partsOf(roles: readonly fhir.PractitionerRole[], known: Known, notes: string[]) {
  const specialties = roles.flatMap(({ specialty = [] }) => specialty);
  const functions = roles.flatMap(({ code = [] }) => code);
  const places = roles.flatMap(({ location = [] }) => location);
  const locations = places.flatMap((place) => known.find("Location", place) ?? []);
  if (locations.length < places.length) notes.push("locations: one was not imported");
  return {
    specialty: wordsOf(specialties.find(wordsOf)),
    specialties: codingsOf(specialties, 20, "specialties", notes),
    roles: codingsOf(functions, 20, "roles", notes),
    locations: firstOf(locations, 100, "locations", notes),
  };
}

function identifierOf(practitioner: z.infer<typeof fhir.practitioner>) {
  const national = practitioner.identifier?.find(({ system }) => system === nationalProvider);
  return wholeOf(national) ?? officialOf("Practitioner", practitioner);
}

/** The service that a kind of visit becomes: inactive, so that nobody books it; its half hour is a stand-in. */
export function mapService(code: string, name: string): Mapped {
  const identifier = { system: "urn:praxis:encounter-type", value: code };
  const body = { name, durationMinutes: 30, identifier, active: false };
  return { path: services.add.path, body, notes: [], keys: [`Service/${code}`] };
}
