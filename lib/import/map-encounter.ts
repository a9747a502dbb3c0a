import type * as z from "zod/mini";
import { routes } from "../../functions/past-appointments/routes.ts";
import * as fhir from "./fhir.ts";
import { codeOf, type Mapped, needed, read, statusWord, Unmappable, wordsOf } from "./mapped.ts";
import { type Known, keysOf, officialOf } from "./references.ts";

/** A finished FHIR R4 Encounter as a past visit. One that is planned, under way or cancelled did not happen, or not yet. */
export function mapEncounter(resource: unknown, known: Known): Mapped {
  const encounter = read(fhir.encounter, resource);
  if (encounter.status !== "finished") throw new Unmappable(`encounter-${statusWord(encounter.status)}`);
  const { code } = needed(visitTypeOf(encounter), "no-type");
  const { start, end } = lastingOf(encounter);
  const notes: string[] = [];
  const body = {
    patient: needed(known.find("Patient", encounter.subject), "patient-not-imported"),
    practitioner: practitionerOf(encounter, known),
    service: needed(known.get(`Service/${code}`), "service-not-imported"),
    start,
    end,
    reason: encounter.reasonCode?.flatMap((reason) => wordsOf(reason) ?? []).join("; ") || undefined,
    location: locationOf(encounter, known, notes),
    identifier: officialOf("Encounter", encounter),
  };
  return { path: routes.record.path, body, notes, keys: keysOf("Encounter", encounter.id) };
}

type Encounter = z.infer<typeof fhir.encounter>;

/** What kind of visit it was: the code and name of its type, else of its class (ambulatory, emergency, ...). */
export function visitTypeOf({ type, class: kind }: Encounter): { code: string; name: string } | undefined {
  const concept = type?.find((candidate) => codeOf(candidate) ?? wordsOf(candidate));
  const code = codeOf(concept) ?? wordsOf(concept) ?? kind?.code;
  return code
    ? { code: code.slice(0, 200), name: (wordsOf(concept) ?? kind?.display ?? code).slice(0, 200) }
    : undefined;
}

function lastingOf({ period }: Encounter): { start: string; end: string } {
  const start = needed(period?.start, "no-start");
  const end = needed(period?.end, "no-end");
  if (!start.includes("T") || !end.includes("T")) throw new Unmappable("time-of-day-unknown");
  if (Date.parse(start) >= Date.parse(end)) throw new Unmappable("end-not-after-start");
  return { start, end };
}

/** The primary performer's id, else that of the first practitioner who took part. */
function practitionerOf({ participant = [] }: Encounter, known: Known): string {
  const primary = participant.filter(({ type }) => type?.some((role) => codeOf(role) === "PPRF"));
  const people = [...primary, ...participant].flatMap(({ individual }) => individual ?? []);
  if (people.length === 0) throw new Unmappable("no-practitioner");
  const found = people.map((person) => known.find("Practitioner", person)).find(Boolean);
  return needed(found, "practitioner-not-imported");
}

/** The first location that was imported. */
function locationOf({ location = [] }: Encounter, known: Known, notes: string[]): string | undefined {
  const found = location.map((each) => known.find("Location", each.location)).find(Boolean);
  if (location.length > 0 && !found) notes.push("location: was not imported");
  return found;
}
