import { describe, expect, it } from "vitest";
import { mustCall } from "../support/client.ts";
import { keyWork } from "../support/keys.ts";
import { dump } from "../support/tables.ts";
import { admin, desk, newPractitioner, newService, okafor, treat } from "../support/world.ts";

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

/** All that lies in the tables, as text: sealed blobs both as bytes and in base64. */
async function everythingStored(): Promise<string> {
  const items = (await Promise.all((["CLINIC_TABLE", "KEYS_TABLE", "AUDIT_TABLE"] as const).map(dump))).flat();
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
