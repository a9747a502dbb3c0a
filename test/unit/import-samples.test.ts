import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { expect, test } from "vitest";
import { samples } from "../../lib/samples/generate.ts";

const folder = join(import.meta.dirname, "../../samples");
const resources = [...samples().values()].flatMap((text) => text.trimEnd().split("\n")).map((line) => JSON.parse(line));

test("samples/ holds what the generator writes, byte for byte", () => {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".ndjson"))
    .sort();
  const onDisk = files.map((name) => [name, readFileSync(join(folder, name), "utf8")]);
  expect(onDisk).toEqual([...samples()].sort(([a], [b]) => (a < b ? -1 : 1)));
});

test("the samples are 12 patients, 4 practitioners and 60 visits in less than 300 KB", () => {
  const count = (type: string) => resources.filter(({ resourceType }) => resourceType === type).length;
  expect([count("Patient"), count("Practitioner"), count("Encounter"), count("DocumentReference")]).toEqual([
    12, 4, 60, 60,
  ]);
  expect(Buffer.byteLength([...samples().values()].join(""))).toBeLessThan(300_000);
});

test("the sample patients' contacts are fictional and sound", () => {
  const contacts = resources.filter(({ resourceType }) => resourceType === "Patient").flatMap(({ telecom }) => telecom);
  const phones = contacts
    .filter(({ system }) => system === "phone")
    .map(({ value }) => parsePhoneNumberFromString(value));
  expect(phones.map((phone) => [phone?.isValid(), /^\+120255501\d\d$/.test(phone?.number ?? "")])).toEqual(
    Array(12).fill([true, true]),
  );
  const emails = contacts.filter(({ system }) => system === "email");
  expect(emails.filter(({ value }) => !value.endsWith("@example.com"))).toEqual([]);
});

test("every visit is in the past, and ends after it starts", () => {
  const periods = resources.filter(({ resourceType }) => resourceType === "Encounter").map(({ period }) => period);
  expect(periods.filter(({ start, end }) => Date.parse(start) >= Date.parse(end) || end > "2026")).toEqual([]);
});

test("nobody is prescribed what they are allergic to", () => {
  const allergic = new Set(
    resources.filter(({ code }) => code?.coding[0].code === "7980").map(({ patient }) => patient.reference),
  );
  const penicillin = resources.filter(
    ({ medicationCodeableConcept }) => medicationCodeableConcept?.coding[0].code === "834102",
  );
  expect([allergic.size, penicillin.length > 0]).toEqual([1, true]);
  expect(penicillin.filter(({ subject }) => allergic.has(subject.reference))).toEqual([]);
});
