import type * as z from "zod/mini";
import { routes } from "../../functions/practitioners/routes.ts";
import { routes as services } from "../../functions/services/routes.ts";
import { countryOf, currentOf, emailsOf, phonesOf } from "./contacts.ts";
import * as fhir from "./fhir.ts";
import { type Mapped, needed, read } from "./mapped.ts";
import { nameOf } from "./names.ts";
import { keysOf } from "./references.ts";

const nationalProvider = "http://hl7.org/fhir/sid/us-npi";

/** A FHIR R4 Practitioner; `specialties` are those of the PractitionerRoles, by the key they refer to them with. */
export function mapPractitioner(resource: unknown, specialties: ReadonlyMap<string, string>): Mapped {
  const practitioner = read(fhir.practitioner, resource);
  const keys = keysOf("Practitioner", practitioner.id, practitioner.identifier);
  const notes: string[] = [];
  const country = countryOf(currentOf(practitioner.address), notes);
  const body = {
    name: needed(nameOf(practitioner.name), "no-name"),
    specialty: keys.map((key) => specialties.get(key)).find(Boolean),
    email: emailsOf(practitioner, notes)[0],
    phone: phonesOf(practitioner, country, notes)[0],
    identifier: identifierOf(practitioner),
    active: practitioner.active ?? true,
  };
  return { path: routes.add.path, body, notes, keys };
}

type Practitioner = z.infer<typeof fhir.practitioner>;

function identifierOf({ id, identifier = [] }: Practitioner) {
  const own =
    identifier.find(({ system }) => system === nationalProvider) ?? identifier.find(({ use }) => use === "official");
  return own?.system && own.value
    ? { system: own.system, value: own.value }
    : { system: "urn:praxis:fhir:Practitioner", value: id };
}

/** The service that a kind of visit becomes: inactive, so that nobody books it; its half hour is a stand-in. */
export function mapService(code: string, name: string): Mapped {
  const identifier = { system: "urn:praxis:encounter-type", value: code };
  const body = { name, durationMinutes: 30, identifier, active: false };
  return { path: services.add.path, body, notes: [], keys: [`Service/${code}`] };
}
