import { en, en_US, Faker } from "@faker-js/faker";
import { allergies, lasting } from "./codes.ts";
import { patientOf, practitionersOf, rolesOf } from "./people.ts";
import { persons } from "./persons.ts";
import { allergyOf, conditionOf, encounterOf, immunizationsOf, medicationOf, noteOf, type Subject } from "./records.ts";
import { visitsOf } from "./visits.ts";

/** The sample data set: each file's name and text, the same every time. */
export function samples(): Map<string, string> {
  const faker = new Faker({ locale: [en_US, en] });
  faker.seed(20_260_101);
  const practitioners = practitionersOf(faker);
  const resources: { resourceType: string }[] = [...practitioners, ...rolesOf(practitioners, faker)];
  for (const [at, person] of persons.entries()) {
    const patient = patientOf(person, at, faker);
    const { system, value } = practitioners[at % practitioners.length]?.identifier[0] ?? { system: "", value: "" };
    const subject = {
      patient: `Patient/${patient.id}`,
      practitioner: `Practitioner?identifier=${system}|${value}`,
      birthDate: person.birthDate,
    };
    const visits = visitsOf(person, faker);
    const allergy = person.allergy && allergies[person.allergy];
    resources.push(patient, ...visits.flatMap((visit) => recordsOf(visit, subject, faker)));
    if (allergy && visits[0]) resources.push(allergyOf(allergy, visits[0], subject, faker));
  }
  return byType(resources);
}

function recordsOf(visit: ReturnType<typeof visitsOf>[number], subject: Subject, faker: Faker) {
  const isLasting = lasting.some((problem) => problem === visit.problem);
  return [
    encounterOf(visit, subject),
    ...conditionOf(visit, isLasting, subject, faker),
    ...medicationOf(visit, isLasting, subject, faker),
    ...immunizationsOf(visit, subject, faker),
    noteOf(visit, subject, faker),
  ];
}

function byType(resources: readonly { resourceType: string }[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const resource of resources) {
    const file = `${resource.resourceType}.ndjson`;
    files.set(file, `${files.get(file) ?? ""}${JSON.stringify(resource)}\n`);
  }
  return files;
}
