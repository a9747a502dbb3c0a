import type { FhirIdentifier, Reference } from "./fhir-types.ts";

/** Under this a key stands that names two different things, and so names none. */
const ambiguous = Symbol("ambiguous");

/** What the API calls the resources that were sent: the ids that later ones refer to. */
export class Known {
  readonly #ids = new Map<string, string | typeof ambiguous>();

  remember(keys: readonly string[], id: string): void {
    for (const key of keys) {
      const before = this.#ids.get(key);
      this.#ids.set(key, before === undefined || before === id ? id : ambiguous);
    }
  }

  /** The API's id of the resource referred to, if it is there and the reference names only one. */
  find(type: string, reference: Reference | undefined): string | undefined {
    const key = reference && keyOf(type, reference);
    return key === undefined ? undefined : this.get(key);
  }

  get(key: string): string | undefined {
    const id = this.#ids.get(key);
    return typeof id === "string" ? id : undefined;
  }
}

/** The keys by which other resources may refer to this one: its id and its identifiers. */
export function keysOf(type: string, id: string, identifiers: readonly FhirIdentifier[] = []): string[] {
  const named = identifiers.filter(({ system, value }) => system && value);
  return [`${type}/${id}`, ...named.map(({ system, value }) => `${type}?${system}|${value}`)];
}

/** A resource's official identifier, else its id; other identifiers may name an account or a group that several share. */
export function officialOf(
  type: string,
  { id, identifier = [] }: { id: string; identifier?: readonly FhirIdentifier[] | undefined },
): { system: string; value: string } {
  const official = identifier.find(({ use }) => use === "official");
  return wholeOf(official) ?? { system: `urn:praxis:fhir:${type}`, value: id };
}

/** An identifier that has both of its parts. */
export function wholeOf(identifier: FhirIdentifier | undefined): { system: string; value: string } | undefined {
  const { system, value } = identifier ?? {};
  return system && value ? { system, value } : undefined;
}

/**
 * The key that a reference to a `type` stands for (FHIR R4, 2.3): `Patient/1`, also as an absolute URL or with a
 * version, `urn:uuid:1`, the conditional `Patient?identifier=system|value`, or an identifier alone. References to
 * another type, and those into the resource itself (`#1`), stand for nothing.
 */
export function keyOf(type: string, { reference, identifier }: Reference): string | undefined {
  if (reference === undefined)
    return identifier?.value ? `${type}?${identifier.system}|${identifier.value}` : undefined;
  if (reference.startsWith("urn:uuid:")) return `${type}/${reference.slice("urn:uuid:".length)}`;
  const conditional = `${type}?identifier=`;
  if (reference.startsWith(conditional)) return `${type}?${decoded(reference.slice(conditional.length))}`;
  const [, named, id] = /(?:^|\/)([A-Za-z]+)\/([A-Za-z0-9.-]+)(?:\/_history\/[^/]+)?$/.exec(reference) ?? [];
  return named === type ? `${type}/${id}` : undefined;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
