import * as fhir from "./fhir.ts";
import { visitTypeOf } from "./map-encounter.ts";
import { read, Unmappable, wordsOf } from "./mapped.ts";
import { type AnyResource, ndjsonFiles, readNdjson } from "./read-ndjson.ts";
import { keyOf, keysOf } from "./references.ts";

/** What a first reading of the files finds: how much there is, and what the mapping of one resource needs of others. */
export interface Survey {
  /** How many resources of each type. */
  counts: Map<string, number>;
  /** The files in which each type occurs. */
  files: Map<string, Set<string>>;
  /** The name of each kind of finished visit, by its code. */
  services: Map<string, string>;
  /** A practitioner's specialty, by the key that the PractitionerRole refers with. */
  specialties: Map<string, string>;
  /** What a Medication is, by its key. */
  medications: Map<string, fhir.Concept>;
}

/** Reads the whole folder once. `fault` hears of every line that is no resource. Throws where there is nothing to read. */
export async function survey(folder: string, fault: (reason: string, at: string) => void): Promise<Survey> {
  const found: Survey = {
    counts: new Map(),
    files: new Map(),
    services: new Map(),
    specialties: new Map(),
    medications: new Map(),
  };
  const files = await ndjsonFiles(folder);
  if (files.length === 0) throw new Error(`there is no .ndjson file in ${folder}`);
  for (const file of files) {
    for await (const line of readNdjson(file)) {
      if (line.resource) note(found, line.resource, file);
      else fault(line.fault ?? "not-json", line.at);
    }
  }
  return found;
}

function note(found: Survey, resource: AnyResource, file: string): void {
  const type = resource.resourceType;
  found.counts.set(type, (found.counts.get(type) ?? 0) + 1);
  found.files.set(type, (found.files.get(type) ?? new Set()).add(file));
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
  PractitionerRole({ specialties }, resource) {
    const { practitioner, specialty } = read(fhir.practitionerRole, resource);
    const key = practitioner && keyOf("Practitioner", practitioner);
    const words = wordsOf(specialty?.[0]);
    if (key && words) specialties.set(key, words);
  },
  Medication({ medications }, resource) {
    const { id, code } = read(fhir.medication, resource);
    for (const key of code ? keysOf("Medication", id) : []) medications.set(key, code ?? {});
  },
};
