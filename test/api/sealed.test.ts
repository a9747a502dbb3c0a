import { describe, expect, it } from "vitest";
import { mustCall } from "../support/client.ts";
import { keyWork } from "../support/keys.ts";
import { mustMove, mustWrite } from "../support/records.ts";
import { dump } from "../support/tables.ts";
import { uploaded } from "../support/uploads.ts";
import { admin, desk, newPatient, newPractitioner, newService, okafor, treat } from "../support/world.ts";

/** Words that occur nowhere but where this test puts them: one in every field that tells of a person. */
const canary = (field: string) => `Zyx${field}Qwv`;
const words = {
  family: canary("Family"),
  given: canary("Given"),
  text: canary("Text"),
  line: canary("Line"),
  city: canary("City"),
  mrn: canary("Mrn"),
  mail: "zyxmailqwv@example.com",
  phone: "2025550187",
  birthDate: "1931-07-19",
  reason: canary("Reason"),
  moved: canary("Cancellation"),
  away: canary("Away"),
  title: canary("Title"),
  note: canary("Note"),
  display: canary("Display"),
  dosage: canary("Dosage"),
  identifier: canary("Identifier"),
  practitioner: canary("Practitioner"),
  entryReason: canary("EntryReason"),
  measured: canary("Measured"),
  unit: canary("Unit"),
  range: canary("Range"),
  part: canary("Part"),
  coded: canary("Coded"),
  code: canary("Code"),
  reaction: canary("Reaction"),
  lot: canary("Lot"),
  bodySite: canary("BodySite"),
  udi: canary("Udi"),
  carrier: canary("Carrier"),
  serial: canary("Serial"),
  indication: canary("Indication"),
  file: canary("File"),
  contentType: canary("ContentType"),
  draft: canary("Draft"),
  revised: canary("Revised"),
  amended: canary("Amended"),
  amendment: canary("Amendment"),
  retraction: canary("Retraction"),
  discarded: canary("Discarded"),
  // These are no words of this test alone, but nothing of any test may lie there plainly.
  label: "substance-use",
  category: "vital-signs",
  kind: "immunization",
};

async function liveThroughAVisit() {
  const patient = await mustCall("POST", "/v1/patients", {
    as: desk,
    body: {
      name: { family: words.family, given: [words.given], text: words.text },
      birthDate: words.birthDate,
      phones: [words.phone],
      emails: [words.mail],
      address: { lines: [words.line], city: words.city },
      mrn: words.mrn,
    },
  });
  const practitioner = await newPractitioner();
  await mustCall("PATCH", `/v1/practitioners/${practitioner}`, {
    as: admin,
    headers: { "if-match": '"1"' },
    body: { name: { text: words.practitioner }, identifier: { system: "urn:zyx", value: words.identifier } },
  });
  await mustCall("POST", `/v1/practitioners/${practitioner}/time-off`, {
    as: admin,
    body: { start: "2027-08-02T09:00:00Z", end: "2027-08-02T10:00:00Z", reason: words.away },
  });
  const service = await newService([practitioner]);
  const wish = { patient: patient.id, practitioner, service, start: "2027-08-01T09:00:00Z", reason: words.reason };
  const { id: appointment } = await mustCall("POST", "/v1/appointments", { as: desk, body: wish });
  await treat(patient.id);
  const recurring = { ...wish, start: "2027-08-03T09:00:00Z", rule: "FREQ=DAILY;COUNT=20" };
  await mustCall("POST", "/v1/series", { as: desk, body: recurring });
  const write = (body: object) => mustCall("POST", `/v1/patients/${patient.id}/records`, { as: okafor, body });
  await write({ kind: "note", title: words.title, text: words.note, appointment });
  const code = { system: "http://snomed.info/sct", code: "38341003", display: words.display };
  await write({ kind: "condition", code, identifier: { system: "urn:zyx", value: words.identifier } });
  await write({ kind: "medication", code, status: "active", dosage: words.dosage });
  await mustCall("POST", `/v1/appointments/${appointment}/cancel`, { as: desk, body: { reason: words.moved } });
  await mustCall("PATCH", `/v1/patients/${patient.id}`, {
    as: desk,
    headers: { "if-match": '"1"' },
    body: { address: { city: `${words.city}2` } },
  });
  await mustCall("GET", `/v1/patients?name=${words.family}`, { as: desk });
}

/** An entry of each kind with a word in each of its fields; drafts, versions and what was thrown away. */
async function keepARecord() {
  const patient = await newPatient({}, okafor);
  const coded = (display: string) => ({ system: "urn:zyx", code: words.code, display });
  const code = coded(words.display);
  const rest = { labels: [words.label], identifier: { system: "urn:zyx:note", value: words.identifier } };
  await mustWrite(patient, {
    kind: "observation",
    code,
    category: words.category,
    quantity: { value: 1, unit: words.unit, code: `{${words.measured}}` },
    referenceRanges: [{ text: words.range }],
    components: [
      { code, text: words.part },
      { code, coded: coded(words.coded) },
    ],
    labels: [words.label],
  });
  await mustWrite(patient, { kind: "allergy", code, reactions: [coded(words.reaction)] });
  await mustWrite(patient, {
    kind: "medication",
    code,
    status: "active",
    reason: words.entryReason,
    dosage: words.dosage,
  });
  await mustWrite(patient, { kind: words.kind, code, status: "completed", lotNumber: words.lot });
  const bodySites = [coded(words.bodySite)];
  await mustWrite(patient, { kind: "procedure", code, status: "completed", bodySites, reason: words.indication });
  const udi = { deviceIdentifier: words.udi, carrier: words.carrier };
  await mustWrite(patient, { kind: "device", code, status: "active", udi, serialNumber: words.serial });
  const { id: document } = (await uploaded(patient)).document;
  await mustWrite(patient, { kind: "document", title: words.file, document, contentType: words.contentType });
  const draft = (text: string) => mustWrite(patient, { kind: "note", title: words.title, text, state: "draft" });
  const { id } = await draft(words.draft);
  const moved = (version: number, body: object) => ({ patient, id, version, body });
  await mustMove("revise", moved(1, { ...rest, kind: "note", title: words.title, text: words.revised }));
  await mustMove("sign", moved(2, {}));
  const record = { ...rest, kind: "note", title: words.title, text: words.amended };
  await mustMove("amend", moved(3, { reason: words.amendment, record }));
  await mustMove("retract", moved(4, { reason: words.retraction }));
  const discarded = await draft(words.discarded);
  await mustMove("discard", { patient, id: discarded.id, version: 1 });
  await mustCall("GET", `/v1/patients/${patient}/records?code=${words.code}`, { as: okafor });
  await mustCall("GET", `/v1/patients/${patient}/summary`, { as: okafor });
}

/** All that lies in the tables, as text: sealed blobs both as bytes and in base64. */
async function everythingStored(): Promise<string> {
  const items = (
    await Promise.all((["CLINIC_TABLE", "KEYS_TABLE", "AUDIT_TABLE"] as const).map((table) => dump(table)))
  ).flat();
  const asText = (_: string, value: unknown) =>
    value instanceof Uint8Array
      ? [
          Buffer.from(value).toString("latin1"),
          Buffer.from(value).toString("utf8"),
          Buffer.from(value).toString("base64"),
        ]
      : value;
  return items
    .map((item) =>
      JSON.stringify(item, (name, value) => asText(name, item[name] instanceof Uint8Array ? item[name] : value)),
    )
    .join("\n");
}

describe("a dump of the raw tables", () => {
  it("holds no name, phone, mail, birth date, reason or clinical word that was put in", async () => {
    await liveThroughAVisit();
    await keepARecord();
    const stored = (await everythingStored()).toLowerCase();
    const leaked = Object.entries(words).filter(([, word]) => stored.includes(word.toLowerCase()));
    expect(leaked).toEqual([]);
    expect(stored).toContain("appointment#cln_");
  });
});

describe("what a clinic's key seals", () => {
  it("lies where a rotation looks for it, and opens at the place that a rotation knows", async () => {
    await keyWork();
    const { openFor, openKeyring } = await import("../../functions/kernel/keyring.ts");
    const { clinicBlobsIn, placeIn } = await import("../../lib/keys/places.ts");
    const demo = await openKeyring("cln_DemoClinic000000000001");
    const rows = (await dump("CLINIC_TABLE")).filter((item) => clinicBlobsIn(item).length > 0);
    const own = rows.filter(({ pk }) => pk.split("#")[1] === demo.clinic);
    expect(new Set(own.map(({ pk }) => pk.split("#")[0]))).toEqual(new Set(["ONCE", "PRACTITIONER", "SCHEDULE"]));
    for (const item of own) {
      const { type, id, version } = placeIn(item);
      expect(clinicBlobsIn(item).map(({ attribute }) => attribute)).toEqual(["sealed"]);
      expect(openFor(demo, type, id, version, item["sealed"])).toBeInstanceOf(Object);
    }
  });
});
