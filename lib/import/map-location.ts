import { routes } from "../../functions/locations/routes.ts";
import { addressOf, countryOf, phonesOf } from "./contacts.ts";
import * as fhir from "./fhir-clinic.ts";
import type { Reference } from "./fhir-types.ts";
import { type Mapped, needed, read } from "./mapped.ts";
import { keyOf, keysOf, officialOf, wholeOf } from "./references.ts";

/** What the mapping of a location needs besides. */
export interface Places {
  /** Organizations by the keys that refer to them. */
  organizations: ReadonlyMap<string, fhir.Organization>;
  /** The clinic's time zone (IANA), which FHIR R4's Location does not tell. */
  zone: string | undefined;
}

/** A FHIR R4 Location with the organization that manages it; one that is suspended is inactive. */
export function mapLocation(resource: unknown, { organizations, zone }: Places): Mapped {
  const location = read(fhir.location, resource);
  const { id, name, description, address, managingOrganization, status = "active" } = location;
  const notes: string[] = [];
  const country = countryOf(address, notes);
  const organization = managingOrganization && organizations.get(keyOf("Organization", managingOrganization) ?? "");
  const managing = managingOrganization && named(managingOrganization, organization, notes);
  const body = {
    name: needed(name || description, "no-name"),
    zone,
    address: address && addressOf(address, country),
    phone: phonesOf(location, country, notes)[0],
    managingOrganization: managing,
    identifier: officialOf("Location", location),
    active: status === "active",
  };
  const within = organization && managing ? [{ kind: "Organization", name: `Organization/${organization.id}` }] : [];
  return { path: routes.add.path, body, notes, keys: keysOf("Location", id, location.identifier), within };
}

/** An organization as it is referred to: by its name, and the number it is referred to with or has itself. */
function named(reference: Reference, organization: fhir.Organization | undefined, notes: string[]) {
  const name = organization?.name || reference.display;
  if (!name) notes.push("managingOrganization: without a name");
  const identifier = wholeOf(reference.identifier) ?? (organization && officialOf("Organization", organization));
  return name ? { name, identifier } : undefined;
}
