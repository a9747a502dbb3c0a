import type { Bundle, Resource } from "@medplum/fhirtypes";
import { describe, expect, it } from "vitest";
import { bundleOf, type Exported, resourcesOf } from "../../functions/exports/fhir.ts";
import { record } from "../../functions/records/kinds.ts";
import type { ClinicalRecord } from "../../functions/records/model.ts";
import { danglingIn, faultsOf, referencesIn } from "../support/fhir-validator.ts";

/* What is exported is FHIR R4 to a validator that others wrote. */

const at = "2026-12-01T14:00:00Z";
const later = "2026-12-01T14:30:00Z";
const patient = "pat_2x8J5mQwTzR7kVbN4cYpLd" as const;
const practitioner = "prc_7hG2kLq9WvXs3TzB6nMdRf" as const;
const visit = "apt_9fKd3LsPz6XwVq1TbRn8Mc" as const;
const location = "loc_5tGb7YhN2mJk4LpQ9wSxEd" as const;
const file = "doc_4gHj6KlZ1xCv9BnMq3WeRt" as const;
const snomed = { system: "http://snomed.info/sct", code: "38341003", display: "Hypertension" };
const loinc = { system: "http://loinc.org", code: "8480-6", display: "Systolic blood pressure" };
const kept = { version: 1, createdAt: at, updatedAt: at };
const amount = { value: 120, unit: "mmHg", code: "mm[Hg]" };

const bodies: Record<string, object[]> = {
  note: [
    { title: "Visit", text: "Well.\n\nBP < 120 & stable" },
    { title: "Blank", text: " ", code: loinc },
  ],
  observation: [
    {
      code: loinc,
      quantity: amount,
      category: "vital-signs",
      interpretation: "N",
      referenceRanges: [{ low: 90, high: 140 }],
    },
    { code: loinc, text: "not measured" },
    { code: loinc, coded: snomed },
    {
      code: loinc,
      components: [
        { code: loinc, quantity: { ...amount, comparator: ">" } },
        { code: loinc, text: "?" },
      ],
    },
  ],
  condition: [
    { code: snomed },
    { code: snomed, clinicalStatus: "active", verificationStatus: "confirmed", onsetAt: at },
    { code: snomed, clinicalStatus: "active", abatedAt: later },
    { code: snomed, clinicalStatus: "active", verificationStatus: "entered-in-error" },
  ],
  allergy: [
    { code: snomed },
    { code: snomed, categories: ["food"], criticality: "high", reactions: [snomed], clinicalStatus: "inactive" },
    { code: snomed, categories: [], reactions: [], verificationStatus: "entered-in-error" },
  ],
  medication: [
    { code: snomed, status: "active", dosage: "1-0-1", reason: "Pain" },
    { code: snomed, status: "stopped" },
  ],
  immunization: [
    { code: snomed, status: "completed", lotNumber: "A1" },
    { code: snomed, status: "not-done" },
  ],
  procedure: [
    { code: snomed, status: "completed", performed: { start: at, end: later }, bodySites: [snomed] },
    { code: snomed, status: "unknown" },
  ],
  device: [
    { code: snomed, status: "unknown" },
    {
      code: snomed,
      status: "active",
      udi: { deviceIdentifier: "0123", carrier: "(01)0123" },
      lotNumber: "L1",
      serialNumber: "S1",
      manufactureDate: "2020-02-29",
      expirationDate: "2030-01-31",
    },
  ],
  document: [
    { title: "Letter", document: file, contentType: "application/pdf" },
    { title: "Lost", document: "doc_00000000000000000000No", contentType: "application/pdf" },
  ],
};

let made = 0;

/** Every kind in every state that is exported, with and without all that an entry may carry. */
const entries: ClinicalRecord[] = Object.entries(bodies).flatMap(([kind, all]) =>
  all.flatMap((body) =>
    ["final", "amended", "entered-in-error"].flatMap((state) =>
      [true, false].map((isFull) => {
        const author = { user: "u", ...(isFull ? { practitioner } : {}) };
        const identifier = { system: "https://elsewhere.example", value: "1" };
        const more = isFull ? { appointment: visit, identifier, labels: ["mental-health"] } : {};
        const id = `rec_${String(made++).padStart(22, "0")}`;
        return record.parse({ kind, ...body, ...more, id, patient, state, author, occurredAt: at, ...kept });
      }),
    ),
  ),
);

const appointment = (status: string, more: object = {}) => ({
  id: status === "fulfilled" ? visit : `apt_${status.replace(/\W/g, "").padEnd(22, "0")}`,
  status,
  start: at,
  end: later,
  patient,
  practitioner,
  service: "svc_4tRw8YpKc1VbNz5QxJm2Hg",
  location,
  resources: [],
  sequence: 0,
  ...kept,
  ...more,
});

const all = {
  patient: {
    id: patient,
    active: true,
    name: { family: "Testperson", given: ["Ana"] },
    birthDate: "1980-02-29",
    gender: "female",
    phones: ["+12025550101"],
    emails: ["ana@example.com"],
    address: { lines: ["1 Main St", " "], city: "Springfield", country: "US" },
    mrn: "A-1",
    language: "en-US",
    ...kept,
  },
  clinic: { id: "cln_DemoClinic000000000001", name: "Demo Clinic" },
  practitioners: [
    {
      id: practitioner,
      active: true,
      name: { text: "Dr. Test" },
      email: "test@clinic.example",
      phone: "+12025550102",
      identifier: { system: "http://hl7.org/fhir/sid/us-npi", value: "1" },
      specialty: "Heart",
      specialties: [snomed],
      roles: [snomed],
      locations: [location],
      ...kept,
    },
  ],
  locations: [
    { id: location, active: true, name: "Riverside", zone: "UTC", address: { city: "Springfield" }, ...kept },
    {
      id: "loc_00000000000000000000Xt",
      active: false,
      name: "Hospital",
      zone: "UTC",
      phone: "+12025550103",
      identifier: { system: "https://elsewhere.example", value: "2" },
      managingOrganization: { name: "Springfield General", identifier: { system: "urn:x", value: "3" } },
      ...kept,
    },
  ],
  services: new Map([
    ["svc_4tRw8YpKc1VbNz5QxJm2Hg", { name: "Check-up", identifier: { system: "urn:x:type", value: "Check up 1" } }],
  ]),
  visits: new Set([visit]),
  files: new Map([[file, `documents/${file}.pdf`]]),
  careTeam: [{ practitioner, until: later, labels: [], createdAt: at }],
  proxies: [{ proxy: "pat_9sDf3GhJkLqWeRt6YuIo1Z", relationship: "parent", from: at }],
  documents: [true, false].map((isFull) => ({
    id: isFull ? file : "doc_00000000000000000000No",
    patient,
    title: "Scan",
    contentType: "application/pdf",
    size: 4,
    author: { user: "u", ...(isFull ? { practitioner } : {}) },
    ...(isFull ? { appointment: visit, labels: ["sexual-health"] } : {}),
    occurredAt: at,
    createdAt: at,
    storedAt: later,
  })),
  appointments: [
    appointment("fulfilled", { reason: "Cough" }),
    appointment("cancelled", { cancellation: { at, reason: "Ill" } }),
    ...["proposed", "pending", "booked", "arrived", "checked-in", "noshow", "entered-in-error", "waitlist"].map(
      (status) => appointment(status),
    ),
  ],
  records: entries,
  consents: [
    { purpose: "research", given: true, wording: "2026-1", at },
    { purpose: "reminders-sms", given: false, wording: "2026-1", at },
  ],
} as unknown as Exported;

/** All of it, as the text says that is made piece by piece. */
async function bundleFrom(exported: Exported): Promise<Bundle> {
  let text = "";
  for await (const piece of bundleOf(resourcesOf(exported), at)) text += piece;
  return JSON.parse(text) as Bundle;
}

describe("an export", () => {
  it("is a Bundle whose every resource the validator takes, of every kind in every state", async () => {
    const bundle = await bundleFrom(all);
    const resources = (bundle.entry ?? []).map(({ resource }) => resource as Resource);
    const faults = resources.map((resource) => [resource.resourceType, resource.id, faultsOf(resource)]);
    expect(faults.filter(([, , found]) => found?.length)).toEqual([]);
    expect(faultsOf(bundle)).toEqual([]);
    expect([...new Set(resources.map(({ resourceType }) => resourceType))].sort()).toEqual([
      "AllergyIntolerance",
      "Appointment",
      "CareTeam",
      "Composition",
      "Condition",
      "Consent",
      "Device",
      "DocumentReference",
      "Encounter",
      "Immunization",
      "Location",
      "MedicationRequest",
      "Observation",
      "Organization",
      "Patient",
      "Practitioner",
      "PractitionerRole",
      "Procedure",
      "RelatedPerson",
    ]);
  });

  it("holds all that is referred to in it, each resource once and at an address of its own", async () => {
    const { entry = [] } = await bundleFrom(all);
    const addresses = entry.map(({ fullUrl }) => fullUrl);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(referencesIn(entry).length).toBeGreaterThan(100);
    expect(danglingIn(entry)).toEqual([]);
  });

  it("names the file of a document where it is in the archive, and none where it is not", async () => {
    const { entry = [] } = await bundleFrom(all);
    const urls = entry.flatMap(({ resource }) =>
      resource?.resourceType === "DocumentReference" ? [resource.content[0]?.attachment.url] : [],
    );
    expect([...new Set(urls)].sort()).toEqual([`documents/${file}.pdf`, undefined]);
  });

  it("would be refused by the validator, were something wrong with it", () => {
    expect(faultsOf({ resourceType: "Observation", status: "final" } as Resource)).not.toEqual([]);
    expect(faultsOf({ resourceType: "Patient", birthDate: "29.2.1980" })).not.toEqual([]);
  });

  it("leaves drafts out, and names visits only that took place", async () => {
    const [draft] = entries;
    const drafted = {
      ...all,
      appointments: [],
      visits: new Set<string>(),
      records: [{ ...draft, state: "draft" } as ClinicalRecord, entries[1] as ClinicalRecord],
    };
    const { entry = [] } = await bundleFrom(drafted);
    expect(entry.filter(({ resource }) => resource?.resourceType === "Composition")).toHaveLength(1);
    expect(JSON.stringify(entry)).not.toContain("Encounter/");
  });
});
