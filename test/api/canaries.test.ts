import { appendFile } from "node:fs/promises";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { api } from "../../functions/api.ts";
import { putBehindTheApi } from "../support/bucket.ts";
import { call, mustCall } from "../support/client.ts";
import { validInput } from "../support/inputs.ts";
import { everythingKept, leaks } from "../support/leaks.ts";
import { Planting, plain, texts } from "../support/planting.ts";
import { putBack, takeOut } from "../support/tables.ts";
import { pdf, uploaded } from "../support/uploads.ts";
import { sealed, settled, tick } from "../support/workers.ts";
import {
  admin,
  desk,
  lindqvist,
  newPatient,
  newPractitioner,
  newService,
  okafor,
  privacy,
  treat,
} from "../support/world.ts";

/*
 * A word of its own in every field that may tell of a person, and a look at all that lies anywhere afterwards. The queue of
 * what workers failed at holds positions in a stream and the clock's events, never an item.
 */

const planting = new Planting();
const plant = (method: string, path: string, as: string, body: object, version?: number) =>
  planting.send(method, path, { as, body, ...(version ? { headers: { "if-match": `"${version}"` } } : {}) });

const name = { family: "f", given: ["g"], text: "t" };
const address = { lines: ["l"], city: "c", district: "d", state: "s", postalCode: "p" };
const code = { system: "urn:zyx", code: "c", display: "d" };
const quantity = { value: 1, unit: "u", code: "{zyxucumqwv}" };
const referenceRanges = [{ text: "r" }];
const identifier = () => ({ system: "urn:zyx", value: crypto.randomUUID() });

/** An entry of each kind, with all that its kind takes. */
const entries: object[] = [
  { kind: "note", title: "t", text: "t", labels: ["substance-use"] },
  {
    kind: "observation",
    code,
    category: "vital-signs",
    quantity,
    referenceRanges,
    components: [
      { code, quantity, referenceRanges },
      { code, text: "t" },
      { code, coded: code },
    ],
  },
  { kind: "observation", code, coded: code },
  { kind: "observation", code, text: "t" },
  { kind: "condition", code },
  { kind: "allergy", code, reactions: [code] },
  { kind: "medication", code, status: "active", dosage: "d", reason: "r" },
  { kind: "immunization", code, status: "completed", lotNumber: "l" },
  { kind: "procedure", code, status: "completed", bodySites: [code], reason: "r" },
  {
    kind: "device",
    code,
    status: "active",
    udi: { deviceIdentifier: "d", carrier: "c" },
    lotNumber: "l",
    serialNumber: "s",
  },
];

async function keepARecord(patient: string): Promise<void> {
  const path = `/v1/patients/${patient}/records`;
  const { document } = await uploaded(patient, pdf());
  const file = { kind: "document", title: "t", document: document.id, contentType: "application/pdf" };
  for (const entry of [...entries, file]) {
    const whole = { ...entry, identifier: identifier() };
    const { id } = await plant("POST", path, okafor, { ...whole, state: "draft" });
    await plant("PUT", `${path}/${id}`, okafor, { ...whole, identifier: identifier() }, 1);
    await mustCall("POST", `${path}/${id}/sign`, { as: okafor, body: {}, headers: { "if-match": '"2"' } });
    await plant(
      "POST",
      `${path}/${id}/amend`,
      okafor,
      { reason: "r", record: { ...entry, identifier: identifier() } },
      3,
    );
    await plant("POST", `${path}/${id}/retract`, okafor, { reason: "r" }, 4);
  }
  const { id } = await plant("POST", path, okafor, { kind: "note", title: "t", text: "t", state: "draft" });
  await mustCall("DELETE", `${path}/${id}`, { as: okafor, headers: { "if-match": '"1"' } });
}

async function liveThroughVisits(patient: string): Promise<void> {
  const spoken = { specialty: "s", specialties: [code], roles: [code] };
  const body = { name, ...spoken, email: "mail@zyx.example", phone: "+12025550186", identifier: identifier() };
  const { id: practitioner } = await plant("POST", "/v1/practitioners", admin, body);
  await plant("PATCH", `/v1/practitioners/${practitioner}`, admin, { ...body, identifier: identifier() }, 1);
  const away = { start: "2027-08-02T09:00:00Z", end: "2027-08-02T10:00:00Z", reason: "r" };
  await plant("POST", `/v1/practitioners/${practitioner}/time-off`, admin, away);
  const open = await newPractitioner();
  const wish = {
    patient,
    practitioner: open,
    service: await newService([open]),
    reason: "r",
    override: { reason: "r" },
  };
  const { id } = await plant("POST", "/v1/appointments", desk, { ...wish, start: "2027-08-01T09:00:00Z" });
  const moved = { start: "2027-08-01T11:00:00Z", override: { reason: "r" } };
  await plant("POST", `/v1/appointments/${id}/reschedule`, desk, moved);
  await plant("POST", `/v1/appointments/${id}/cancel`, desk, { reason: "r" });
  for (const count of [3, 20]) {
    const rule = `FREQ=DAILY;COUNT=${count}`;
    const series = await plant("POST", "/v1/series", desk, { ...wish, start: "2027-08-03T09:00:00Z", rule });
    await plant("POST", `/v1/series/${series.id}/cancel`, desk, { reason: "r" });
  }
  const { override: _, ...visit } = wish;
  const past = { ...visit, start: "2020-06-01T09:00:00Z", end: "2020-06-01T10:00:00Z", identifier: identifier() };
  await plant("POST", "/v1/past-appointments", admin, past);
}

/** A patient of whom everything is told that can be. */
async function tellAll(): Promise<string> {
  const body = {
    name,
    birthDate: "1931-07-19",
    phones: ["+12025550187"],
    emails: ["m@zyx.example"],
    address,
    mrn: "m",
  };
  const { id: patient } = await plant("POST", "/v1/patients", desk, body);
  await plant("PATCH", `/v1/patients/${patient}`, desk, body, 1);
  await treat(patient);
  await liveThroughVisits(patient);
  await keepARecord(patient);
  await plant("POST", `/v1/patients/${patient}/documents`, okafor, documentOf(pdf()));
  await plant("POST", `/v1/patients/${patient}/break-glass`, lindqvist, { reason: "unconscious" });
  await mustCall("PUT", `/v1/patients/${patient}/consents/sharing`, { as: desk, body: { given: true, wording: "1" } });
  await plant("POST", `/v1/patients/${patient}/export`, okafor, { purpose: "sharing", recipient: "r" });
  await tick("exports", new Date().toISOString());
  await plant("PUT", `/v1/patients/${patient}/legal-hold`, privacy, { reason: "r" });
  await plant("POST", `/v1/patients/${await newPatient()}/erase`, privacy, { reason: "r" });
  await plant("POST", `/v1/patients/${await newPatient()}/merge`, desk, { into: await newPatient(), reason: "r" });
  const family = planting.words.get("patients.register name.family") ?? "";
  for (const path of [
    `/v1/patients?name=${family}f`,
    `/v1/patients?email=${planting.words.get("patients.register emails[]")}m@zyx.example`,
    `/v1/patients/${patient}/summary`,
    `/v1/patients/${patient}/records?code=${planting.words.get("records.write code.code")}c`,
  ])
    await mustCall("GET", path, { as: path.includes("?name") || path.includes("?email") ? desk : okafor });
  return patient;
}

/** What has a form of its own and tells of a person all the same. */
const others = new Map([
  ["a birth date", "1931-07-19"],
  ["a label", "substance-use"],
  ["a category", "vital-signs"],
  ["a kind of entry", "immunization"],
]);

const documentOf = (file: Uint8Array) => ({
  title: "t",
  contentType: "application/pdf",
  size: file.length,
  sha256: `${"A".repeat(43)}=`,
});

/** Requests of every route that are refused for what is in them; what they were answered. */
async function provoke(): Promise<string> {
  const answers: string[] = [];
  for (const route of api.filter(({ allow }) => allow !== "public")) {
    const { path, body, headers } = validInput(route);
    const [word, as] = ["zyxprovokedqwv", Array.isArray(route.allow) ? userOf(route.allow[0]) : desk];
    const asked = { as, headers, ...(body ? { body: spoilt(body, word) } : {}) };
    const paths = [path.replaceAll(/\w{3}_0{22}/g, word), `${path}${path.includes("?") ? "&" : "?"}limit=${word}`];
    for (const each of body ? [path, ...paths] : paths) {
      const { status, body: answer, headers: said } = await call(route.method, each, asked);
      if (status >= 400) answers.push(JSON.stringify([answer, ...said]));
    }
  }
  planting.words.set("what is refused", "zyxprovokedqwv");
  return answers.join("\n").toLowerCase();
}

const userOf = (role: string | undefined) =>
  ({ admin, "front-desk": desk, practitioner: okafor, patient: "ana@demo.clinic", "privacy-officer": privacy })[
    role ?? ""
  ];

/** Each text and number of a body made a word, which is seldom what is expected there. */
function spoilt(value: unknown, word: string): unknown {
  if (Array.isArray(value)) return value.map((each) => spoilt(each, word));
  if (typeof value !== "object" || !value) return word;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, spoilt(each, word)]));
}

let patient = "";
let answers = "";

beforeAll(async () => {
  patient = await tellAll();
  answers = await provoke();
  await settled();
  await sealed();
});

describe("what is told of a person", () => {
  it("has had a word of its own put into each field that takes free text", () => {
    const missed = [...texts].filter((field) => !plain.test(field) && !planting.words.has(field));
    expect(missed).toEqual([]);
  });

  it("is there for those who may see it", async () => {
    const told = await mustCall("GET", `/v1/patients/${patient}`, { as: desk });
    const found = leaks(planting.words, new Map([["patient", JSON.stringify(told).toLowerCase()]]));
    expect(found.filter((field) => field.startsWith("patients.update"))).toHaveLength(11);
  });

  it("lies nowhere readable: not in tables, streams, the buckets' keys and tags, the audit trail's copy or logs", async () => {
    const kept = await everythingKept();
    expect([...kept].filter(([, text]) => text.length < 100)).toEqual([]);
    expect(leaks(new Map([...planting.words, ...others]), kept)).toEqual([]);
  });

  it("is in no answer to a request that is refused", () => {
    expect(answers.length).toBeGreaterThan(10_000);
    expect(leaks(planting.words, new Map([["answers", answers]]))).toEqual([]);
  });
});

describe("a leak that is planted", () => {
  const word = "zyxleakedqwv";

  it("is found, wherever it is", async () => {
    const row = { pk: "LEAK#1", sk: "LEAK", sealed: Buffer.from(`--${word}--`) };
    const { env, log } = inject("backend");
    for (const table of ["CLINIC_TABLE", "KEYS_TABLE", "AUDIT_TABLE"] as const) await putBack(table, row);
    await putBehindTheApi(`documents/${word}`, pdf());
    await appendFile(log, `${word}\n`);
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const endpoint = env["ARCHIVE_ENDPOINT"];
    const archive = new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true });
    await archive.send(
      new PutObjectCommand({ Bucket: env["ARCHIVE_BUCKET"], Key: "leak", Body: word, ChecksumAlgorithm: "SHA256" }),
    );
    const found = leaks(new Map([["a leak", word]]), await everythingKept());
    for (const table of ["CLINIC_TABLE", "KEYS_TABLE", "AUDIT_TABLE"] as const) await takeOut(table, row);
    const places = ["CLINIC_TABLE", "KEYS_TABLE", "AUDIT_TABLE", "streams", "documents", "archive", "logs"];
    expect(found).toEqual(places.map((place) => `a leak in ${place}`));
  });
});
