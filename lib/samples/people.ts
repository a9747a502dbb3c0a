import type { Faker } from "@faker-js/faker";
import type { Person } from "./persons.ts";

const provider = "http://hl7.org/fhir/sid/us-npi";

/** Specialties in the terms of the NUCC's provider taxonomy. */
const specialties = [
  ["207Q00000X", "Family Medicine Physician"],
  ["207R00000X", "Internal Medicine Physician"],
  ["208000000X", "Pediatrics Physician"],
  ["208D00000X", "General Practice Physician"],
] as const;

const doctors = [
  ["Okafor", "Ifeoma"],
  ["Lindqvist", "Åsa"],
  ["D'Angelo", "Marco"],
  ["Petrović", "Jelena"],
] as const;

/** A FHIR R4 Patient; the phone numbers are of the range kept for fiction (555-0100 to 555-0199). */
export function patientOf(person: Person, at: number, faker: Faker) {
  const number = String(at + 1).padStart(3, "0");
  return {
    resourceType: "Patient",
    id: faker.string.uuid(),
    identifier: [
      {
        type: { coding: [medicalRecord], text: medicalRecord.display },
        system: "https://praxis.example/mrn",
        value: person.mrn ?? `SAMPLE-${number}`,
      },
    ],
    active: true,
    name: [{ use: "official", ...person.name }],
    telecom: [
      { system: "phone", value: `+1 202-555-0${100 + at}`, use: "mobile" },
      ...(person.mailbox ? [{ system: "email", value: `${person.mailbox}@example.com` }] : []),
    ],
    gender: person.gender,
    birthDate: person.birthDate,
    address: [
      {
        line: [faker.location.streetAddress()],
        city: faker.location.city(),
        state: "NY",
        postalCode: faker.location.zipCode({ state: "NY" }),
        country: "US",
      },
    ],
    communication: [{ language: { coding: [{ system: "urn:ietf:bcp:47", code: person.language }] } }],
  };
}

const medicalRecord = {
  system: "http://terminology.hl7.org/CodeSystem/v2-0203",
  code: "MR",
  display: "Medical Record Number",
};

/** The FHIR R4 Practitioners; no real one's number begins with a 9. */
export function practitionersOf(faker: Faker) {
  return doctors.map(([family, given], at) => ({
    resourceType: "Practitioner",
    id: faker.string.uuid(),
    identifier: [{ system: provider, value: `999990010${at + 1}` }],
    active: true,
    name: [{ family, given: [given], prefix: ["Dr."] }],
    telecom: [{ system: "email", value: `doctor${at + 1}@example.com`, use: "work" }],
  }));
}

/** The FHIR R4 PractitionerRoles, which tell the specialties. */
export function rolesOf(practitioners: ReturnType<typeof practitionersOf>, faker: Faker) {
  return practitioners.map(({ identifier }, at) => {
    const [code, display] = specialties[at % specialties.length] ?? specialties[0];
    const specialty = { coding: [{ system: "http://nucc.org/provider-taxonomy", code, display }], text: display };
    return {
      resourceType: "PractitionerRole",
      id: faker.string.uuid(),
      practitioner: { identifier: identifier[0] },
      specialty: [specialty],
    };
  });
}
