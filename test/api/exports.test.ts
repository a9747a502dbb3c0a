import { createHash, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { contentOf, exported, fetched, mustExport, type Opened, opened } from "../support/archives.ts";
import { mustCall } from "../support/client.ts";
import { danglingIn, faultsOf } from "../support/fhir-validator.ts";
import { newUser } from "../support/members.ts";
import { mustMove, mustWrite, note } from "../support/records.ts";
import { scan } from "../support/scanner.ts";
import { announce, complete, pdf, send, uploaded } from "../support/uploads.ts";
import { openedByHand } from "../support/winzip-aes.ts";
import { tick } from "../support/workers.ts";
import { admin, desk, newPatient, newPractitioner, newService, okafor, treat } from "../support/world.ts";

const clinic = "cln_DemoClinic000000000001";
const word = randomUUID().slice(0, 8);
const snomed = (code: string) => ({ system: "http://snomed.info/sct", code, display: `Display ${code} ${word}` });
const loinc = { system: "http://loinc.org", code: "8480-6", display: `Pressure ${word}` };

const demographics = {
  name: { family: `O'${word}`, given: ["Zoë", "陳大文"] },
  birthDate: "1980-02-29",
  gender: "other",
  phones: ["+12025550123"],
  emails: [`${word}@private.example`],
  address: { lines: [`Street ${word}`], city: `City ${word}`, postalCode: "12345", country: "US" },
  mrn: `MRN-${word}`,
  language: "nl-BE",
};

/** One entry of each kind, each with whatever it may carry. */
const entries: Record<string, object> = {
  note: { title: `Title ${word}`, text: `First line ${word}\nSecond line ${word}` },
  observation: {
    code: loinc,
    category: "vital-signs",
    components: [
      { code: snomed("271649006"), quantity: { value: 121.5, unit: "mmHg", code: "mm[Hg]" }, interpretation: "H" },
      { code: snomed("271650006"), text: `In words ${word}`, referenceRanges: [{ low: 60.25, high: 90.75 }] },
    ],
  },
  condition: {
    code: snomed("38341003"),
    clinicalStatus: "relapse",
    verificationStatus: "confirmed",
    onsetAt: "2019-03-10T12:00:00Z",
  },
  allergy: {
    code: snomed("91935009"),
    categories: ["food"],
    criticality: "high",
    reactions: [snomed("271807003"), snomed("247472004")],
  },
  medication: { code: snomed("319775004"), status: "active", dosage: `1-0-1 ${word}`, reason: `Why ${word}` },
  immunization: { code: snomed("333598008"), status: "completed", lotNumber: `LOT-${word}` },
  device: {
    code: snomed("72506001"),
    status: "active",
    udi: { deviceIdentifier: `DI-${word}`, carrier: `(01)DI-${word}` },
    lotNumber: `DLOT-${word}`,
    serialNumber: `SN-${word}`,
    manufactureDate: "2018-02-03",
    expirationDate: "2038-02-03",
  },
  procedure: {
    code: snomed("80146002"),
    status: "completed",
    performed: { start: "2020-05-05T08:00:00Z", end: "2020-05-05T09:30:00Z" },
    bodySites: [snomed("66754008")],
    reason: `Because ${word}`,
  },
};

const identifierOf = (kind: string) => ({ system: "https://elsewhere.example", value: `${kind}-${word}` });

let patient: string;
let email: string;
let proxy: string;
let document: { id: string };
let infected: { id: string };
let content: Opened;
const file = pdf(`Scan ${word}`);

beforeAll(async () => {
  patient = await newPatient(demographics);
  proxy = await newPatient({ name: { family: `Proxy${word}` } });
  const practitioner = await newPractitioner();
  const service = await newService([practitioner], { name: `Service ${word}` });
  await treat(patient, okafor, { labels: ["mental-health"] });
  const booking = { patient, practitioner, service };
  const ahead = { ...booking, start: "2027-07-01T09:00:00Z", reason: `Ahead ${word}` };
  await mustCall("POST", "/v1/appointments", { as: desk, body: ahead });
  const past = { ...booking, start: "2020-06-01T09:00:00Z", end: "2020-06-01T10:00:00Z", reason: `Past ${word}` };
  const visit = { ...past, identifier: identifierOf("visit") };
  const { id: appointment } = await mustCall("POST", "/v1/past-appointments", { as: admin, body: visit });
  for (const [kind, body] of Object.entries(entries))
    await mustWrite(patient, { kind, ...body, identifier: identifierOf(kind), appointment });
  ({ document } = await uploaded(patient, file, { title: `Scan ${word}`, labels: ["mental-health"] }));
  await scan(`/v1/patients/${patient}/documents/${document.id}`, "NO_THREATS_FOUND");
  ({ document: infected } = await uploaded(patient, pdf("bad"), { title: `Bad ${word}` }));
  await scan(`/v1/patients/${patient}/documents/${infected.id}`, "THREATS_FOUND");
  const letter = { kind: "document", title: `Letter ${word}`, document: document.id, contentType: "application/pdf" };
  await mustWrite(patient, letter);
  const consent = { given: true, wording: `Wording ${word}` };
  await mustCall("PUT", `/v1/patients/${patient}/consents/research`, { as: desk, body: consent });
  const relation = { relationship: "carer", consent: { by: "patient", at: "2026-01-01T00:00:00Z" } };
  await mustCall("PUT", `/v1/patients/${patient}/proxies/${proxy}`, { as: desk, body: relation });
  ({ email } = await newUser({ clinic, role: "patient", person: patient }));
  content = await exported(patient, email);
});

/** All values of something, however deep. */
function valuesIn(value: unknown): string[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(valuesIn) : [String(value)];
}

const unescaped = (html: string) =>
  html
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

describe("an archive", () => {
  it("holds a Bundle that the validator takes, in which all that is referred to is there", () => {
    expect(faultsOf(content.bundle)).toEqual([]);
    for (const resource of content.resources) expect([resource.id, faultsOf(resource)]).toEqual([resource.id, []]);
    expect(danglingIn(content.bundle.entry ?? [])).toEqual([]);
    expect([...new Set(content.resources.map(({ resourceType }) => resourceType))].sort()).toEqual(
      "AllergyIntolerance Appointment CareTeam Composition Condition Consent Device DocumentReference Encounter Immunization MedicationRequest Observation Organization Patient Practitioner PractitionerRole Procedure RelatedPerson".split(
        " ",
      ),
    );
  });

  it.each(Object.keys(entries))("holds every value of a %s, in the Bundle and on the page", (kind) => {
    const text = JSON.stringify(content.bundle);
    const page = unescaped(content.html);
    const values = valuesIn({ ...entries[kind], identifier: identifierOf(kind) }).flatMap((value) => value.split("\n"));
    expect(values.length).toBeGreaterThan(3);
    for (const value of values) {
      expect(text).toContain(value);
      const isTime = /T.*Z$/.test(value);
      expect(page).toContain(isTime ? value.slice(0, 10) : value);
    }
  });

  it("holds who the patient is, their visits, what they agreed to and who acts for them", () => {
    const text = JSON.stringify(content.bundle);
    const page = unescaped(content.html);
    const texts = ["Ahead", "Past", "Service", "Wording", "visit-"].map((start) =>
      start.endsWith("-") ? `${start}${word}` : `${start} ${word}`,
    );
    for (const value of [...valuesIn(demographics), ...texts, "carer", "research"]) {
      expect(text).toContain(value);
      expect(page).toContain(value);
    }
    // Who acts for them is a patient too: that they do is the patient's to know, and no more.
    expect(text + page).not.toContain(`Proxy${word}`);
  });

  it("holds the files that may be given out, as they were sent, and names those that may not", () => {
    const name = `documents/${document.id}.pdf`;
    expect(content.files.get(name)).toEqual(file);
    expect(content.html).toContain(`<a href="${name}">`);
    expect(content.html).toContain(`Bad ${word}`);
    expect([...content.files.keys()].some((each) => each.includes(infected.id))).toBe(false);
    expect(content.manifest.leftOut).toEqual([{ document: infected.id, why: "quarantined" }]);
  });

  it("tells the length and checksum of each of its files, and how many resources there are", () => {
    const sums = [...content.files].map(([name, bytes]) => ({
      name,
      size: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    }));
    expect(content.manifest.files).toEqual(sums.filter(({ name }) => name !== "manifest.json"));
    const total = Object.values<number>(content.manifest.resources).reduce((sum, each) => sum + each);
    expect(total).toBe(content.resources.length);
    expect([...content.files.keys()]).toEqual(expect.arrayContaining(["README.txt", "bundle.json", "index.html"]));
  });

  it("tells times in the clinic's zone, with their offset, or in the zone that was asked for", async () => {
    expect(content.html).toContain("2020-06-01 05:00 -04:00");
    const { html } = await exported(patient, email, { timeZone: "Asia/Kolkata" });
    expect(html).toContain("2020-06-01 14:30 +05:30");
  });

  it("tells the patient who looked at their data, and a practitioner not", async () => {
    expect(content.html).toContain("Who looked at your data");
    expect(content.html).toContain("record.write");
    const { html } = await exported(patient, okafor);
    expect(html).not.toContain("Who looked at your data");
  });

  it("is encrypted file by file, opens with its password alone, and names no person outside", async () => {
    const { id, password } = await mustExport(patient, email);
    await tick("exports", new Date().toISOString());
    const archive = await fetched(id, email);
    expect((await contentOf(archive, password)).manifest.export).toBe(id);
    // By a reader that shares no code with what wrote it.
    expect(openedByHand(Buffer.from(archive), password)).toEqual(await opened(archive, password));
    await expect(opened(archive, `${password}x`)).rejects.toThrow("Invalid password");
    await expect(opened(archive, "")).rejects.toThrow("File contains encrypted entry");
    const plain = Buffer.from(archive).toString("latin1");
    for (const value of [word, "Zoë", patient]) expect(plain).not.toContain(value);
  });
});

describe("what is not for whoever asks", () => {
  it("is not in their archive: drafts, and entries and files under a label they do not see", async () => {
    const own = await newPatient({}, okafor);
    const { email: self } = await newUser({ clinic, role: "patient", person: own });
    await mustWrite(own, { ...note, text: "in draft", state: "draft" });
    await mustWrite(own, { ...note, text: "for all of them" });
    await mustWrite(own, { ...note, text: "labelled entry", labels: ["sexual-health"] }, admin);
    const bytes = pdf("labelled file");
    const labelled = await announce(own, bytes, { labels: ["sexual-health"], as: admin });
    for (const put of labelled.puts) await send(put, bytes);
    await complete(labelled.path, admin);
    await scan(labelled.path, "NO_THREATS_FOUND");
    const textOf = ({ files }: Opened) => [...files.values()].map((bytes) => bytes.toString("utf8")).join("\n");

    const theirs = textOf(await exported(own, okafor));
    expect(theirs).toContain("for all of them");
    for (const hidden of ["in draft", "labelled entry", labelled.id]) expect(theirs).not.toContain(hidden);
    const all = textOf(await exported(own, self));
    for (const shown of ["for all of them", "labelled entry", "labelled file"]) expect(all).toContain(shown);
    expect(all).not.toContain("in draft");
  });
});

describe("an entry that was amended, or entered in error", () => {
  it("is told as it is now, and marked for what it is", async () => {
    const own = await newPatient({}, okafor);
    const [amended, wrong] = [await mustWrite(own, note), await mustWrite(own, { ...note, text: "of another" })];
    const record = { ...note, text: "better said" };
    await mustMove("amend", { patient: own, id: amended.id, version: 1, body: { reason: "a slip", record } });
    await mustMove("retract", { patient: own, id: wrong.id, version: 1, body: { reason: "wrong person" } });
    const { html, resources } = await exported(own, okafor);
    const notes = resources.filter((resource) => resource.resourceType === "Composition");
    expect(notes.map(({ status }) => status).sort()).toEqual(["amended", "entered-in-error"]);
    for (const text of ["better said", "a slip", "wrong person", "entered-in-error"]) expect(html).toContain(text);
  });
});

it("nothing that was written into the record becomes a part of the page", async () => {
  const evil = `<script>alert("${word}")</script><img src=x onerror='alert(1)'>&amp;"'`;
  const own = await newPatient({ name: { family: evil }, address: { lines: [evil], city: evil } }, okafor);
  await mustWrite(own, { kind: "note", title: evil, text: evil });
  const coded = { system: "http://snomed.info/sct", code: "1", display: evil };
  await mustWrite(own, { kind: "condition", code: coded });
  await mustWrite(own, { kind: "observation", code: coded, text: evil });
  await uploaded(own, pdf(), { title: evil });
  const { html, resources } = await exported(own, okafor);
  const tags = new Set([...html.matchAll(/<\s*\/?\s*([a-z!][a-z0-9]*)/gi)].map(([, tag = ""]) => tag.toLowerCase()));
  expect([...tags].filter((tag) => ["script", "img", "iframe", "object", "svg", "form", "link"].includes(tag))).toEqual(
    [],
  );
  expect(html).not.toMatch(/<[^>]*\son\w+=/i);
  expect(unescaped(html)).toContain(evil);
  expect(html).toContain("default-src 'none'");
  for (const resource of resources) expect(faultsOf(resource)).toEqual([]);
  const narratives = resources.flatMap((resource) =>
    resource.resourceType === "Composition" ? (resource.section ?? []).map(({ text }) => text?.div ?? "") : [],
  );
  expect(narratives.join()).toContain("&lt;script&gt;");
  expect(narratives.join()).not.toContain("<script");
});
