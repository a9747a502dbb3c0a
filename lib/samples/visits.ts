import type { Faker } from "@faker-js/faker";
import { Temporal } from "temporal-polyfill";
import { lasting, type Problem, passing, penicillinFree, visitTypes } from "./codes.ts";
import type { Person } from "./persons.ts";

/** A visit of a sample patient's history, before it is written as FHIR. */
export interface Visit {
  id: string;
  /** RFC 3339, with New York's offset. */
  start: string;
  end: string;
  type: (typeof visitTypes)[keyof typeof visitTypes];
  problem: Problem | undefined;
  /** Whether the problem was first seen at this visit. */
  isNew: boolean;
  isFirst: boolean;
  /** Flu vaccines are given from September to December. */
  isFluSeason: boolean;
}

const visitsEach = 5;

/**
 * The visits of one patient from 2022 to 2025, some seven months apart, on weekdays in office hours: an examination
 * first, then turns at a lasting problem and at passing ones.
 */
export function visitsOf(person: Person, faker: Faker): Visit[] {
  const problems = lasting.filter(({ condition }) => person.lasting.includes(condition.code));
  const others = person.allergy === "penicillin" ? penicillinFree : passing;
  let day = Temporal.PlainDate.from("2022-01-10").add({ days: faker.number.int({ max: 150 }) });
  return Array.from({ length: visitsEach }, (_, at) => {
    const isPassing = at > 0 && (problems.length === 0 || at % 2 === 0);
    const problem = isPassing ? faker.helpers.arrayElement(others) : problems[at % (problems.length || 1)];
    const isNew = isPassing || at < problems.length;
    const visit = {
      id: faker.string.uuid(),
      ...timeOn(day, faker),
      type: typeOf(person, at, isPassing),
      problem,
      isNew,
    };
    const isFluSeason = day.month >= 9;
    day = day.add({ days: faker.number.int({ min: 170, max: 250 }) });
    return { ...visit, isFirst: at === 0, isFluSeason };
  });
}

function typeOf({ birthDate }: Person, at: number, isPassing: boolean): Visit["type"] {
  if (at === 0) return birthDate > "2007" ? visitTypes.child : visitTypes.examination;
  if (isPassing) return visitTypes.symptom;
  return at === 1 ? visitTypes.checkUp : visitTypes.followUp;
}

function timeOn(day: Temporal.PlainDate, faker: Faker): Pick<Visit, "start" | "end"> {
  const weekday = day.dayOfWeek > 5 ? day.add({ days: 8 - day.dayOfWeek }) : day;
  const opening = weekday.toZonedDateTime({ timeZone: "America/New_York", plainTime: "08:00" });
  const start = opening.add({ minutes: 15 * faker.number.int({ max: 32 }) });
  const end = start.add({ minutes: faker.helpers.arrayElement([15, 20, 30, 45]) });
  return { start: written(start), end: written(end) };
}

function written(time: Temporal.ZonedDateTime): string {
  return time.toString({ timeZoneName: "never" });
}
