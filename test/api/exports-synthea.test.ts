import { rm } from "node:fs/promises";
import { expect, inject, it } from "vitest";
import { connect } from "../../lib/import/client.ts";
import { runImport } from "../../lib/import/run.ts";
import { givenToken } from "../../lib/import/session.ts";
import { exported } from "../support/archives.ts";
import { mustCall, signIn } from "../support/client.ts";
import { danglingIn, faultsOf } from "../support/fhir-validator.ts";
import { newClinic, newUser } from "../support/members.ts";
import { isThere, leastPatient, type Raw, writeNdjson } from "../support/synthea.ts";

/* What was brought along from elsewhere can be taken along again: the same numbers, codes, states and times. */

const codingOf = ({ coding: [first] = [] as Raw[] }: Partial<Raw> = {}) => `${first?.system}|${first?.code}`;
const timeOf = (dateTime?: string) => dateTime && Date.parse(dateTime);
const textOf = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
const wordsOf = (text: string) => text.split(/\s+/).filter(Boolean).join("");

/** What of a resource the import brings along, whichever side wrote it. */
const told: Record<string, (resource: Raw) => unknown> = {
  Patient: ({ name: [{ family, given }], birthDate, gender, address, telecom }) => ({
    family,
    given,
    birthDate,
    gender,
    city: address[0].city,
    lines: address[0].line,
    phones: telecom.length,
  }),
  Practitioner: ({ name: [{ family, given }] }) => ({ family, given }),
  // Not its class (emergency, inpatient, ...): the import has nowhere to put it.
  Encounter: ({ status, type, period }) => [status, type[0].coding[0].code, timeOf(period.start), timeOf(period.end)],
  Condition: (resource) => [
    codingOf(resource["code"]),
    codingOf(resource["clinicalStatus"]),
    codingOf(resource["verificationStatus"]),
    timeOf(resource["onsetDateTime"]),
    timeOf(resource["abatementDateTime"]),
  ],
  AllergyIntolerance: (resource) => [
    codingOf(resource["code"]),
    codingOf(resource["clinicalStatus"]),
    resource["category"],
    resource["criticality"],
    timeOf(resource["recordedDate"]),
    (resource["reaction"] ?? []).flatMap(({ manifestation }: Raw) => manifestation.map(codingOf)),
  ],
  MedicationRequest: (resource) => [
    codingOf(resource["medicationCodeableConcept"]),
    resource["status"],
    timeOf(resource["authoredOn"]),
  ],
  Immunization: (resource) => [
    codingOf(resource["vaccineCode"]),
    resource["status"],
    timeOf(resource["occurrenceDateTime"]),
  ],
  Device: (resource) => [
    codingOf(resource["type"]),
    resource["status"],
    ...["lotNumber", "serialNumber"].map((name) => resource[name]),
    resource["udiCarrier"]?.[0].deviceIdentifier,
    resource["manufactureDate"]?.slice(0, 10),
    resource["expirationDate"]?.slice(0, 10),
  ],
  Location: ({ name, status, address, telecom, managingOrganization }) => [
    name,
    status,
    address.line,
    address.city,
    telecom?.length,
    managingOrganization.display,
  ],
  Procedure: (resource) => [
    codingOf(resource["code"]),
    resource["status"],
    timeOf(resource["performedPeriod"].start),
    timeOf(resource["performedPeriod"].end),
  ],
};

const noteIn = ({ content }: Raw) => wordsOf(Buffer.from(content[0].attachment.data, "base64").toString("utf8"));
const noteOut = ({ section }: Raw) => wordsOf(textOf(section[0].text.div));

/** The number by which the import knows a resource, as its counterpart in the Bundle carries it. */
function numberOf({ resourceType, id, identifier }: Raw): string {
  if (resourceType === "Patient")
    return identifier.find(({ type }: Raw) => type?.coding?.some(({ code }: Raw) => code === "MR")).value;
  return ["Practitioner", "Encounter", "Location"].includes(resourceType) ? identifier[0].value : id;
}

it("a Synthea patient who was imported is exported with all that the import knows", async ({ skip }) => {
  skip(!isThere(), "there is no Synthea export beside this checkout");
  const resources = await leastPatient();
  const folder = await writeNdjson(resources);
  const { clinic, admin } = await newClinic("US");
  const session = givenToken((await signIn(admin)).AccessToken);
  const tally = await runImport(folder, { api: connect({ url: inject("backend").url, session }), concurrency: 4 });
  await rm(folder, { recursive: true });
  expect(tally.isComplete).toBe(true);

  const { items } = await mustCall("GET", "/v1/patients", { as: admin });
  const { email } = await newUser({ clinic, role: "patient", person: items[0].id });
  const { bundle, html, ...content } = await exported(items[0].id, email);
  for (const resource of content.resources) expect([resource.id, faultsOf(resource)]).toEqual([resource.id, []]);
  expect(danglingIn(bundle.entry ?? [])).toEqual([]);

  const out = content.resources as Raw[];
  for (const role of resources.filter(({ resourceType }) => resourceType === "PractitionerRole")) {
    const isTheirs = (each: Raw) => each["identifier"]?.[0].value === role["practitioner"].identifier.value;
    const who = out.find((each) => each.resourceType === "Practitioner" && isTheirs(each));
    const found = out.find(({ id }) => id === `role-${who?.id}`);
    for (const field of ["code", "specialty"])
      expect(found?.[field].map(codingOf)).toEqual(expect.arrayContaining(role[field].map(codingOf)));
  }
  const taken = resources.filter(({ resourceType }) => told[resourceType] || resourceType === "DocumentReference");
  expect(taken.length).toBeGreaterThan(100);
  for (const resource of taken) {
    const isNote = resource.resourceType === "DocumentReference";
    const type = isNote ? "Composition" : resource.resourceType;
    const found = out.find(
      (each) => each.resourceType === type && [each["identifier"]].flat()[0]?.value === numberOf(resource),
    );
    expect(found, `${type} ${numberOf(resource)}`).toBeDefined();
    if (!found) continue;
    if (isNote) expect(noteOut(found)).toBe(noteIn(resource));
    else expect([type, told[type]?.(found)]).toEqual([type, told[type]?.(resource)]);
    if (resource["code"]) expect(textOf(html)).toContain(resource["code"].coding[0].code);
  }
});
