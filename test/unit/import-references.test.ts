import { expect, test } from "vitest";
import { Known, keyOf, keysOf } from "../../lib/import/references.ts";

const npi = { system: "http://hl7.org/fhir/sid/us-npi", value: "9999900001" };

test.each([
  { reference: "Practitioner/p-1" },
  { reference: "urn:uuid:p-1" },
  { reference: "https://example.com/fhir/r4/Practitioner/p-1" },
  { reference: "Practitioner/p-1/_history/3" },
  { reference: "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|9999900001" },
  { reference: "Practitioner?identifier=http%3A%2F%2Fhl7.org%2Ffhir%2Fsid%2Fus-npi%7C9999900001" },
  { identifier: npi },
])("$reference $identifier.value finds the practitioner of that id or identifier", (reference) => {
  const known = new Known();
  known.remember(keysOf("Practitioner", "p-1", [npi]), "prc_1");
  expect(known.find("Practitioner", reference)).toBe("prc_1");
});

test.each(["Patient/p-1", "#p-1", "p-1", "Practitioner?name=x", "Practitioner?identifier=%E0%A4%A", ""])(
  "%j names no practitioner that is known",
  (reference) => {
    const known = new Known();
    known.remember(keysOf("Practitioner", "p-1", [npi]), "prc_1");
    expect(known.find("Practitioner", { reference })).toBeUndefined();
  },
);

test("an identifier that two people share names neither, while their ids still name each", () => {
  const known = new Known();
  known.remember(keysOf("Practitioner", "p-1", [npi]), "prc_1");
  known.remember(keysOf("Practitioner", "p-2", [npi]), "prc_2");
  expect(known.find("Practitioner", { identifier: npi })).toBeUndefined();
  expect(known.find("Practitioner", { reference: "Practitioner/p-2" })).toBe("prc_2");
});

test("the same resource met twice is still known by all its keys", () => {
  const known = new Known();
  known.remember(keysOf("Practitioner", "p-1", [npi]), "prc_1");
  known.remember(keysOf("Practitioner", "p-1", [npi]), "prc_1");
  expect(known.find("Practitioner", { identifier: npi })).toBe("prc_1");
});

test("an identifier without a value refers to nothing", () => {
  expect(keyOf("Patient", { identifier: { system: "urn:x" } })).toBeUndefined();
});
