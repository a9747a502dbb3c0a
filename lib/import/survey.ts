import * as fhir from "./fhir.ts";
import * as clinic from "./fhir-clinic.ts";
import type { Concept } from "./fhir-types.ts";
import { visitTypeOf } from "./map-encounter.ts";
import { type Held, read, Unmappable } from "./mapped.ts";
import { type AnyResource, type Line, nameOf, ndjsonFiles, readNdjson } from "./read-ndjson.ts";
import { keyOf, keysOf } from "./references.ts";

/** What a first reading of the files finds: how much there is, and what the mapping of one resource needs of others. */
export interface Survey {
  /** How many resources of each type. */
  counts: Map<string, number>;
  /** The files in which each type occurs. */
  files: Map<string, Set<string>>;
  /** The name of each kind of finished visit, by its code. */
  services: Map<string, string>;
  /** PractitionerRoles, by the key that they refer to the practitioner with. */
  roles: Map<string, clinic.PractitionerRole[]>;
  /** Organizations, by their keys. */
  organizations: Map<string, clinic.Organization>;
  /** What a Medication is, by its key. */
  medications: Map<string, Concept>;
  /** What is to be brought along within other resources. */
  held: Held[];
}

/** The types of resources that become part of others: a location's, a practitioner's. */
export const heldTypes = ["Organization", "PractitionerRole"];

/** Reads the whole folder once. `fault` hears of every line that is no resource. Throws where there is nothing to read. */
export async function survey(folder: string, fault: (reason: string, at: string) => void): Promise<Survey> {
  const found: Survey = {
    counts: new Map(),
    files: new Map(),
    services: new Map(),
    roles: new Map(),
    organizations: new Map(),
    medications: new Map(),
    held: [],
  };
  const files = await ndjsonFiles(folder);
  if (files.length === 0) throw new Error(`there is no .ndjson file in ${folder}`);
  for (const file of files) {
    for await (const line of readNdjson(file)) {
      if (line.resource) note(found, line.resource, file, line);
      else fault(line.fault ?? "not-json", line.at);
    }
  }
  return found;
}

function note(found: Survey, resource: AnyResource, file: string, line: Line): void {
  const type = resource.resourceType;
  found.counts.set(type, (found.counts.get(type) ?? 0) + 1);
  found.files.set(type, (found.files.get(type) ?? new Set()).add(file));
  if (heldTypes.includes(type)) found.held.push({ kind: type, name: nameOf(line) });
  try {
    lookUps[type]?.(found, resource);
  } catch (error) {
    // It is refused by name when its own turn comes.
    if (!(error instanceof Unmappable)) throw error;
  }
}

const lookUps: Record<string, (found: Survey, resource: AnyResource) => void> = {
  Encounter({ services }, resource) {
    const encounter = read(fhir.encounter, resource);
    const type = visitTypeOf(encounter);
    if (encounter.status === "finished" && type && !services.has(type.code)) services.set(type.code, type.name);
  },
  PractitionerRole({ roles }, resource) {
    const role = read(clinic.practitionerRole, resource);
    const key = role.practitioner && keyOf("Practitioner", role.practitioner);
    if (key) roles.set(key, [...(roles.get(key) ?? []), role]);
  },
  Organization({ organizations }, resource) {
    const organization = read(clinic.organization, resource);
    const keys = keysOf("Organization", organization.id, organization.identifier);
    for (const key of keys) organizations.set(key, organization);
  },
  Medication({ medications }, resource) {
    const { id, code } = read(fhir.medication, resource);
    for (const key of code ? keysOf("Medication", id) : []) medications.set(key, code ?? {});
  },
};
