import type { FhirName } from "./fhir-types.ts";

/** The name a person goes by: the official one, else the usual, else any that is not a former one; spelled as it is. */
export function nameOf(names: readonly FhirName[] = []) {
  const chosen =
    names.find(({ use }) => use === "official") ??
    names.find(({ use }) => use === "usual") ??
    names.find(({ use }) => use !== "old" && use !== "maiden") ??
    names[0];
  const given = chosen?.given?.flatMap((name) => name || []) ?? [];
  const { family, text } = chosen ?? {};
  if (!family && !text && given.length === 0) return undefined;
  return {
    ...(family ? { family } : {}),
    ...(given.length > 0 ? { given: atMostFive(given) } : {}),
    ...(text ? { text } : {}),
  };
}

/** The API keeps five given names; of more, the last ones share the fifth place. */
function atMostFive(given: string[]): string[] {
  return given.length > 5 ? [...given.slice(0, 4), given.slice(4).join(" ")] : given;
}
