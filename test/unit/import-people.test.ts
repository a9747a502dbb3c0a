import { expect, test } from "vitest";
import * as z from "zod/mini";
import { patientFields } from "../../functions/patients/routes.ts";
import { practitionerFields } from "../../functions/practitioners/routes.ts";
import type { PractitionerRole } from "../../lib/import/fhir-clinic.ts";
import { isSamePerson, mapPatient } from "../../lib/import/map-patient.ts";
import { mapPractitioner } from "../../lib/import/map-practitioner.ts";
import { idOf, known } from "./import-known.ts";

const medicalRecord = { type: { coding: [{ code: "MR" }] }, system: "urn:mrn", value: "M-1" };
const patient = { resourceType: "Patient", id: "p-1", name: [{ family: "Souza", given: ["Ana"] }] };

/** What is sent for a patient of these fields; it must be what the contract takes. */
function sentFor(fields: Record<string, unknown>) {
  const { body, notes } = mapPatient({ ...patient, ...fields });
  return { ...z.parse(patientFields, body), notes };
}

test("the record number is the identifier of type MR, else the FHIR id", () => {
  expect(sentFor({ identifier: [{ system: "urn:ssn", value: "S-9" }, medicalRecord] }).mrn).toBe("M-1");
  expect(sentFor({ identifier: [{ system: "urn:ssn", value: "S-9" }] }).mrn).toBe("p-1");
});

test("the official name is taken, not a maiden one, and spelled as it is", () => {
  const name = [
    { use: "maiden", family: "Kulas" },
    { use: "official", family: "O'Brien", given: ["Zoë", null, "陳"] },
  ];
  expect(sentFor({ name }).name).toEqual({ family: "O'Brien", given: ["Zoë", "陳"] });
});

test("a name of one word in text is enough, and more than five given names share the last place", () => {
  expect(sentFor({ name: [{ text: "Sukardi" }] }).name).toEqual({ text: "Sukardi" });
  expect(sentFor({ name: [{ given: ["a", "b", "c", "d", "e", "f"] }] }).name.given).toEqual([
    "a",
    "b",
    "c",
    "d",
    "e f",
  ]);
});

test("a patient without any name is refused", () => {
  expect(() => mapPatient({ ...patient, name: [{ use: "official" }] })).toThrow("no-name");
});

test("one who has died stays active, one whom the file calls inactive does not", () => {
  expect(sentFor({ deceasedDateTime: "1971-10-01T13:44:40-04:00" }).active).toBe(true);
  expect(sentFor({ active: false }).active).toBe(false);
});

test("phone numbers are read in the country of the address, and impossible ones left out and told", () => {
  const telecom = [
    { system: "phone", value: "020 7946 0958" },
    { system: "phone", value: "+1 202-555-0143", use: "mobile" },
    { system: "phone", value: "12345678901234567" },
    { system: "phone", value: "+1 202-555-0100", use: "old" },
  ];
  const sent = sentFor({ telecom, address: [{ country: "GB" }] });
  expect(sent.phones).toEqual(["+442079460958", "+12025550143"]);
  expect(sent.notes).toEqual(["phones: not a possible number"]);
});

test("what the contract cannot hold is left out and told, without its value", () => {
  const sent = sentFor({
    birthDate: "1980-05",
    address: [{ line: ["1 Main St"], country: "United States" }],
    telecom: [{ system: "email", value: "nobody at example" }],
    communication: [{ language: { coding: [{ code: "english (us)" }] } }],
  });
  expect(sent).toMatchObject({ emails: [], address: { lines: ["1 Main St"] } });
  expect(sent.notes).toEqual([
    "address.country: not a code of two letters",
    "birthDate: not a whole date",
    "emails: not an address",
    "language: not a BCP 47 tag",
  ]);
});

test("a patient of another shape than FHIR R4's is refused by the name of the field", () => {
  expect(() => mapPatient({ ...patient, name: "Ana" })).toThrow("malformed name");
  expect(() => mapPatient({ ...patient, id: "not an id" })).toThrow("malformed id");
});

test.each([
  ["born on one day", { name: { family: "Sousa" }, birthDate: "1987-03-14" }, true],
  ["of one name, however it is composed", { name: { given: ["ANA"], family: "Souza" }, birthDate: "1987-04-13" }, true],
  ["of one name, without birth dates", { name: { given: ["Ana"], family: "Souza" } }, true],
  ["of another name and birth date", { name: { family: "Lima" }, birthDate: "1990-01-01" }, false],
])("two under one record number, %s: the same person is %s", (_, other, isSame) => {
  expect(isSamePerson({ name: { family: "Souza", given: ["Ana"] }, birthDate: "1987-03-14" }, other)).toBe(isSame);
});

const npi = { system: "http://hl7.org/fhir/sid/us-npi", value: "9999900001" };
const practitioner = { resourceType: "Practitioner", id: "d-1", name: [{ family: "Okafor" }], identifier: [npi] };

const generalist = { system: "http://nucc.org/provider-taxonomy", code: "208D00000X", display: "General Practice" };
const role: PractitionerRole = {
  id: "r-1",
  specialty: [{ coding: [generalist], text: "Family doctor" }],
  code: [{ coding: [generalist] }],
  telecom: [{ system: "phone", value: "+1 202-555-0143" }],
  location: [{ reference: "Location/l-1" }],
};
/** What is sent for the practitioner whom these roles name. */
const sentWith = (...roles: PractitionerRole[]) => {
  const { body, ...rest } = mapPractitioner(practitioner, known, new Map([["Practitioner/d-1", roles]]));
  return { ...rest, body: z.parse(practitionerFields, body) };
};

test("a practitioner is known by the NPI and has the specialties, roles and locations of the roles that name them", () => {
  const other = { ...role, id: "r-2", specialty: [{ coding: [{ ...generalist, code: "207R00000X" }] }] };
  const { body, notes, within } = sentWith(role, other);
  expect(body).toMatchObject({
    identifier: npi,
    specialty: "Family doctor",
    specialties: [generalist, { code: "207R00000X" }],
    roles: [generalist],
    locations: [idOf("loc")],
    phone: "+12025550143",
    active: true,
  });
  expect(notes).toEqual([]);
  expect(within?.map(({ name }) => name)).toEqual(["PractitionerRole/r-1", "PractitionerRole/r-2"]);
});

test("a role that is over, a specialty without a code and a location that was not imported are told of", () => {
  const elsewhere = {
    ...role,
    specialty: [{ coding: [], text: "Family doctor" }],
    location: [{ reference: "Location/l-2" }],
  };
  const { body, notes } = sentWith(elsewhere, { ...role, active: false });
  expect(body).toMatchObject({ specialty: "Family doctor", specialties: [], locations: [] });
  expect(notes).toEqual(["roles: one that is over", "locations: one was not imported", "specialties: without a code"]);
});

test("a practitioner without an NPI is known by the FHIR id", () => {
  const { body } = mapPractitioner({ ...practitioner, identifier: [] }, known, new Map());
  expect(body["identifier"]).toEqual({ system: "urn:praxis:fhir:Practitioner", value: "d-1" });
});
