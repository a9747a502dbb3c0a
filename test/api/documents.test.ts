import { describe, expect, inject, it } from "vitest";
import { deleteAllFiles, keysBelow, putBehindTheApi } from "../support/bucket.ts";
import { call, mustCall } from "../support/client.ts";
import { newUser } from "../support/members.ts";
import { scan, tellScan } from "../support/scanner.ts";
import { dump, everPut, rowsUnder } from "../support/tables.ts";
import { announce, complete, documentsOf, type Put, pdf, send, sha256, uploaded } from "../support/uploads.ts";
import { admin, ana, desk, newPatient, newScene, okafor, privacy } from "../support/world.ts";

const demo = "cln_DemoClinic000000000001";
const inBucket = (patient: string) => `documents/${demo}/${patient}/`;
const download = (path: string, as = okafor) => call("GET", `${path}/download`, { as });

describe("a document", () => {
  it("is announced, sent, completed, found clean and fetched as it was sent", async () => {
    const patient = await newPatient({}, okafor);
    const file = pdf("Ærlig talt — 陳大文");
    const fields = { title: "Referral", labels: ["mental-health"], occurredAt: "2020-02-29T23:30:00Z" };
    const { path, document } = await uploaded(patient, file, fields);
    expect(document).toMatchObject({
      ...fields,
      patient,
      contentType: "application/pdf",
      size: file.length,
      sha256: sha256(file),
      status: "stored",
      scan: "pending",
    });
    expect(await mustCall("GET", path, { as: okafor })).toEqual(document);
    await scan(path, "NO_THREATS_FOUND");
    const { url } = await mustCall("GET", `${path}/download`, { as: okafor });
    const answer = await fetch(url);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(file);
    expect(answer.headers.get("content-type")).toBe("application/pdf");
    expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${document.id}.pdf"`);
  });

  it("may belong to a visit of the patient, and to no other's", async () => {
    const scene = await newScene();
    const booking = { ...scene, start: "2027-06-01T09:00:00Z" };
    const { id: appointment } = await mustCall("POST", "/v1/appointments", { as: desk, body: booking });
    const { document } = await uploaded(scene.patient, pdf(), { appointment });
    expect(document).toMatchObject({ appointment });
    const body = { title: "x", contentType: "application/pdf", size: 1, sha256: sha256(pdf()), appointment };
    expect(await call("POST", documentsOf(await newPatient({}, okafor)), { as: okafor, body })).toMatchObject({
      status: 422,
      body: { code: "unknown-appointment" },
    });
  });

  it.each([
    ["text/plain", Buffer.from("Zoë felt faint.\n".repeat(400))],
    ["image/png", Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex")],
    ["application/dicom", Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"), Buffer.alloc(64)])],
  ])("may be %s", async (contentType, file) => {
    const { document } = await uploaded(await newPatient({}, okafor), file, { contentType });
    expect(document).toMatchObject({ contentType, size: file.length, status: "stored" });
  });

  it("of tens of megabytes is sent whole", async () => {
    const file = Buffer.concat([pdf(), Buffer.alloc(30_000_000, 7)]);
    expect((await uploaded(await newPatient({}, okafor), file)).document).toMatchObject({
      size: file.length,
      status: "stored",
    });
  });

  it("over 100 MB is sent in parts, each with its own checksum, and comes back whole", async () => {
    const patient = await newPatient({}, okafor);
    const file = Buffer.concat([pdf(), Buffer.alloc(101_000_000, 7)]);
    const size = 10 * 1024 * 1024;
    const count = Math.ceil(file.length / size);
    const parts = Array.from({ length: count }, (_, n) => sha256(file.subarray(n * size, (n + 1) * size)));
    const { path, puts } = await announce(patient, file, { sha256: undefined, parts });
    expect(puts.map((put) => put.size).reduce((sum, each) => sum + each)).toBe(file.length);
    expect(await complete(path)).toMatchObject({ status: 409, body: { code: "not-uploaded" } });
    const [first] = puts;
    expect(await send(first!, Buffer.alloc(size, 1))).toMatchObject({ status: 400, code: "BadDigest" });
    const etags: string[] = [];
    for (const put of puts) etags.push((await send(put, file.subarray(put.offset, put.offset + put.size))).etag);
    expect(await complete(path, okafor, { etags: etags.toReversed() })).toMatchObject({ status: 409 });
    const { status, body } = await complete(path, okafor, { etags });
    const whole = sha256(Buffer.concat(parts.map((sum) => Buffer.from(sum, "base64"))));
    expect({ status, body }).toMatchObject({ status: 200, body: { sha256: `${whole}-${count}`, size: file.length } });
    await scan(path, "NO_THREATS_FOUND");
    const fetched = await fetch((await download(path)).body.url);
    expect(sha256(Buffer.from(await fetched.arrayBuffer()))).toBe(sha256(file));
    expect(await keysBelow(inBucket(patient))).toEqual({ files: [expect.stringContaining(body.id)], uploads: [] });
  });

  it("of many parts is told a hundred addresses at a time", async () => {
    const size = 1_200_000_000;
    const parts = Array.from({ length: 115 }, () => sha256(pdf()));
    const { path, puts } = await announce(await newPatient({}, okafor), pdf(), { size, sha256: undefined, parts });
    const { puts: rest, next } = await mustCall("GET", `${path}/upload?from=101`, { as: okafor });
    expect([...puts, ...rest].map(({ number }) => number)).toEqual(parts.map((_, n) => n + 1));
    expect(rest.at(-1).offset + rest.at(-1).size).toBe(size);
    expect(next).toBeUndefined();
  });

  it.each([
    ["of an unknown type", { contentType: "text/html" }, "contentType"],
    ["of no bytes", { size: 0 }, "size"],
    ["over 5 GB", { size: 5_000_000_001, sha256: undefined, parts: Array(477).fill(sha256(pdf())) }, "size"],
    ["over 100 MB without its parts", { size: 100_000_001 }, "sha256"],
    ["over 100 MB with too few parts", { size: 100_000_001, sha256: undefined, parts: [sha256(pdf())] }, "sha256"],
    ["of less than that with parts", { sha256: undefined, parts: [sha256(pdf())] }, "sha256"],
    ["without a checksum", { sha256: undefined }, "sha256"],
    ["with a checksum in hex", { sha256: "0".repeat(64) }, "sha256"],
  ])("%s is not taken", async (_, fields, path) => {
    const body = { title: "x", contentType: "application/pdf", size: 20, sha256: sha256(pdf()), ...fields };
    const answer = await call("POST", documentsOf(await newPatient({}, okafor)), { as: okafor, body });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });
});

describe("an upload", () => {
  it("that was not sent is not complete, and may still be sent", async () => {
    const { path, puts } = await announce(await newPatient({}, okafor), pdf());
    expect(await complete(path)).toMatchObject({ status: 409, body: { code: "not-uploaded" } });
    await send(puts[0]!, pdf());
    expect((await complete(path)).status).toBe(200);
  });

  it.each([
    ["longer", pdf("hello, world")],
    ["different", pdf("holla")],
  ])("is not complete while what lies there is %s, however it came there", async (_, file) => {
    const patient = await newPatient({}, okafor);
    const { path, id } = await announce(patient, pdf());
    await putBehindTheApi(`${inBucket(patient)}${id}`, file);
    expect(await complete(path)).toMatchObject({ status: 409, body: { code: "not-uploaded" } });
  });

  it("is completed once, however often that is said", async () => {
    const { path, document } = await uploaded(await newPatient({}, okafor));
    expect(await complete(path)).toMatchObject({ status: 200, body: document });
    expect(await call("GET", `${path}/upload`, { as: okafor })).toMatchObject({ body: { code: "already-stored" } });
  });

  it("completed by several at once is one document, told of once", async () => {
    const { path, id, puts } = await announce(await newPatient({}, okafor), pdf());
    await send(puts[0]!, pdf());
    const answers = await Promise.all(Array.from({ length: 4 }, () => complete(path)));
    for (const { status } of answers) expect([200, 503]).toContain(status);
    expect((await complete(path)).status).toBe(200);
    const told = (await everPut("CLINIC_TABLE", "EVENT")).filter(
      (item) => item["type"] === "document.stored" && item["document"] === id,
    );
    expect(told).toHaveLength(1);
  });

  it.each([
    ["another type's bytes", "application/pdf", Buffer.from("<html><script>alert(1)</script></html>")],
    ["a program", "image/png", Buffer.from(`MZ${"\0".repeat(100)}`)],
    ["bytes that are no text", "text/plain", Buffer.from([0x68, 0xff, 0xfe, 0x00])],
    ["a PDF", "text/plain", pdf()],
  ])("of %s under the name of %s is deleted, and the document with it", async (_, contentType, file) => {
    const patient = await newPatient({}, okafor);
    const { path, puts } = await announce(patient, file, { contentType });
    expect((await send(puts[0]!, file)).status).toBe(200);
    expect(await complete(path)).toMatchObject({ status: 422, body: { code: "type-mismatch" } });
    expect((await call("GET", path, { as: okafor })).status).toBe(404);
    expect(await keysBelow(inBucket(patient))).toEqual({ files: [], uploads: [] });
  });

  it("not completed is in no list, and after a day nowhere", async () => {
    const patient = await newPatient({}, okafor);
    const { path, id } = await announce(patient, pdf(), { at: "2027-01-01T10:00:00Z" });
    expect(await mustCall("GET", documentsOf(patient), { as: okafor })).toEqual({ items: [] });
    const at = (instant: string) => call("GET", path, { as: okafor, at: instant }).then(({ status }) => status);
    expect([await at("2027-01-02T09:59:59Z"), await at("2027-01-02T10:00:00Z")]).toEqual([200, 404]);
    const late = { as: okafor, at: "2027-01-02T10:00:00Z", body: {} };
    expect((await call("POST", `${path}/complete`, late)).status).toBe(404);
    const row = (await dump("CLINIC_TABLE")).find(({ sk }) => sk === id);
    expect(row).toMatchObject({ expires: Date.parse("2027-01-02T10:00:00Z") / 1000 });
  });

  it("completed is kept: its row no longer expires", async () => {
    const { document } = await uploaded(await newPatient({}, okafor));
    const row = (await dump("CLINIC_TABLE")).find(({ sk }) => sk === document.id);
    expect(row).not.toHaveProperty("expires");
  });
});

describe("the address to upload to", () => {
  const other = Buffer.alloc(pdf().length, 1);
  const without = (headers: Record<string, string>, name: string) =>
    Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name));

  it.each<[string, (put: Put) => ReturnType<typeof send>, string]>([
    [
      "for another key",
      (put) => send({ ...put, url: put.url.replace(/doc_\w{22}/, "doc_0000000000000000000000") }, pdf()),
      "SignatureDoesNotMatch",
    ],
    [
      "as another type",
      (put) => send(put, pdf(), { ...put.signedHeaders, "content-type": "text/html" }),
      "SignatureDoesNotMatch",
    ],
    ["for a longer file", (put) => send(put, pdf("hello, world")), "SignatureDoesNotMatch"],
    ["for other bytes", (put) => send(put, other), "BadDigest"],
    [
      "for other bytes and their checksum",
      (put) => send(put, other, { ...put.signedHeaders, "x-amz-checksum-sha256": sha256(other) }),
      "SignatureDoesNotMatch",
    ],
    [
      "without encryption",
      (put) => send(put, pdf(), without(put.signedHeaders, "x-amz-server-side-encryption")),
      "SignatureDoesNotMatch",
    ],
    [
      "without the tag by which it would be dropped",
      (put) => send(put, pdf(), without(put.signedHeaders, "x-amz-tagging")),
      "SignatureDoesNotMatch",
    ],
    [
      "without If-None-Match",
      (put) => send(put, pdf(), without(put.signedHeaders, "if-none-match")),
      "SignatureDoesNotMatch",
    ],
  ])("cannot be used %s", async (_, use, code) => {
    const patient = await newPatient({}, okafor);
    const { puts } = await announce(patient, pdf());
    expect(await use(puts[0]!)).toMatchObject({ code });
    expect((await keysBelow(inBucket(patient))).files).toEqual([]);
  });

  it("cannot be used after 15 minutes", async () => {
    const at = new Date(Date.now() - 15 * 60_000 - 5000).toISOString();
    const { puts } = await announce(await newPatient({}, okafor), pdf(), { at });
    expect(await send(puts[0]!, pdf())).toMatchObject({ status: 403, code: "AccessDenied" });
  });

  it("cannot be used twice", async () => {
    const { puts } = await announce(await newPatient({}, okafor), pdf());
    expect((await send(puts[0]!, pdf())).status).toBe(200);
    expect(await send(puts[0]!, pdf())).toMatchObject({ status: 412, code: "PreconditionFailed" });
  });
});

describe("the address to download from", () => {
  it("leads to its document alone, for five minutes", async () => {
    const { path } = await uploaded(await newPatient({}, okafor));
    const { document: another } = await uploaded(await newPatient({}, okafor));
    await scan(path, "NO_THREATS_FOUND");
    const { url, expiresAt } = await mustCall("GET", `${path}/download`, { as: okafor, at: "2026-01-01T10:00:00Z" });
    expect(expiresAt).toBe("2026-01-01T10:05:00Z");
    expect((await fetch(url)).status).toBe(403);
    const { url: good } = (await download(path)).body;
    const key = `${another.patient}/${another.id}`;
    const tampered = [
      good.replace(/pat_\w+\/doc_\w+/, key),
      good.replace("X-Amz-Expires=300", "X-Amz-Expires=900"),
      good.replace("attachment", "inline"),
      good.replace("application%2Fpdf", "text%2Fhtml"),
    ];
    for (const each of tampered) expect({ each, status: (await fetch(each)).status }).toEqual({ each, status: 403 });
    expect((await fetch(good)).status).toBe(200);
  });
});

it("a patient's files can all be deleted, and nobody else's are", async () => {
  const [patient, other] = await Promise.all([newPatient({}, okafor), newPatient({}, okafor)]);
  await Promise.all([uploaded(patient), uploaded(patient), uploaded(other)]);
  const parts = Array.from({ length: 10 }, () => sha256(pdf()));
  await announce(patient, pdf(), { size: 100_000_001, sha256: undefined, parts });
  expect(await keysBelow(inBucket(patient))).toMatchObject({ files: { length: 2 }, uploads: { length: 1 } });
  await deleteAllFiles({ clinic: demo, patient });
  expect(await keysBelow(inBucket(patient))).toEqual({ files: [], uploads: [] });
  expect((await keysBelow(inBucket(other))).files).toHaveLength(1);
});

describe("the scanner's gate", () => {
  const refused = (code: string) => ({ status: 409, body: { code } });

  it("lets nothing through that is uploading or not scanned", async () => {
    const { path, puts } = await announce(await newPatient({}, okafor), pdf());
    expect(await download(path)).toMatchObject(refused("not-stored"));
    await send(puts[0]!, pdf());
    await complete(path);
    expect(await download(path)).toMatchObject(refused("not-scanned"));
    await scan(path, "UNSUPPORTED");
    expect(await download(path)).toMatchObject(refused("not-scanned"));
  });

  it("keeps what was found bad from everybody, whatever a scanner says later", async () => {
    const { path } = await uploaded(await newPatient({}, okafor));
    await scan(path, "NO_THREATS_FOUND");
    expect((await download(path)).status).toBe(200);
    await scan(path, "THREATS_FOUND");
    await scan(path, "NO_THREATS_FOUND");
    expect(await download(path)).toMatchObject(refused("quarantined"));
    expect(await mustCall("GET", path, { as: okafor })).toMatchObject({ scan: "quarantined" });
  });

  it("keeps what the scanner said before the upload was complete", async () => {
    const { path, puts } = await announce(await newPatient({}, okafor), pdf());
    await send(puts[0]!, pdf());
    await scan(path, "THREATS_FOUND");
    expect((await complete(path)).body).toMatchObject({ status: "stored", scan: "quarantined" });
  });

  it("is told of a verdict once, however often that is said", async () => {
    const { path, document } = await uploaded(await newPatient({}, okafor));
    for (const verdict of ["NO_THREATS_FOUND", "NO_THREATS_FOUND", "THREATS_FOUND", "THREATS_FOUND"])
      await scan(path, verdict);
    const told = (await everPut("CLINIC_TABLE", "EVENT")).filter(
      (item) => item["type"] === "document.scanned" && item["document"] === document.id,
    );
    expect(told.map((event) => event["scan"]).sort()).toEqual(["clean", "quarantined"]);
  });

  it("goes by what is said of the version that was completed, in whatever order that comes", async () => {
    const [older, versionId] = ["3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY", "null"];
    const verdicts = async (...said: [string, string][]) => {
      const { path } = await uploaded(await newPatient({}, okafor));
      for (const [version, verdict] of said) await scan(path, verdict, { versionId: version });
      return (await mustCall("GET", path, { as: okafor })).scan;
    };
    expect(await verdicts([older, "NO_THREATS_FOUND"])).toBe("pending");
    expect(await verdicts([versionId, "THREATS_FOUND"], [older, "NO_THREATS_FOUND"])).toBe("quarantined");
    expect(await verdicts([versionId, "NO_THREATS_FOUND"], [older, "THREATS_FOUND"])).toBe("clean");
    expect(await verdicts([older, "THREATS_FOUND"], [versionId, "NO_THREATS_FOUND"])).toBe("clean");
  });

  it("hears nothing of another bucket's files", async () => {
    const { path } = await uploaded(await newPatient({}, okafor));
    await scan(path, "NO_THREATS_FOUND", { bucketName: "somebody-elses" });
    expect(await mustCall("GET", path, { as: okafor })).toMatchObject({ scan: "pending" });
  });

  it("leaves events of another shape to the failure queue, and changes nothing", async () => {
    const { path, document } = await uploaded(await newPatient({}, okafor));
    const s3ObjectDetails = {
      bucketName: inject("backend").env["DOCUMENTS_BUCKET"],
      objectKey: `${inBucket(document.patient)}${document.id}`,
      versionId: "null",
    };
    const scanResultDetails = { scanResultStatus: "NO_THREATS_FOUND" };
    for (const detail of [
      undefined,
      "clean",
      {},
      { s3ObjectDetails },
      { s3ObjectDetails, scanResultDetails: { scanResultStatus: 1 } },
      { s3ObjectDetails: { ...s3ObjectDetails, versionId: undefined }, scanResultDetails },
    ])
      expect(await tellScan(detail)).toBe(500);
    expect(await mustCall("GET", path, { as: okafor })).toMatchObject({ scan: "pending" });
    expect(await tellScan({ s3ObjectDetails, scanResultDetails })).toBe(204);
    expect(await mustCall("GET", path, { as: okafor })).toMatchObject({ scan: "clean" });
  });

  it("hears no verdict on a document that is none", async () => {
    await scan("/v1/patients/pat_0000000000000000000000/documents/doc_0000000000000000000000", "THREATS_FOUND");
    expect((await dump("CLINIC_TABLE")).filter(({ sk }) => sk === "doc_0000000000000000000000")).toEqual([]);
  });
});

describe("the list of a patient's documents", () => {
  it("goes by when they happened, newest first, page by page", async () => {
    const patient = await newPatient({}, okafor);
    for (const year of ["2020", "2022", "2021"])
      await uploaded(patient, pdf(), { occurredAt: `${year}-01-01T00:00:00Z` });
    const first = await mustCall("GET", `${documentsOf(patient)}?limit=2`, { as: okafor });
    const second = await mustCall("GET", `${documentsOf(patient)}?limit=2&cursor=${first.next}`, { as: okafor });
    const years = [first, second].map(({ items }) =>
      items.map(({ occurredAt }: { occurredAt: string }) => occurredAt.slice(0, 4)),
    );
    expect(years).toEqual([["2022", "2021"], ["2020"]]);
    expect(second.next).toBeUndefined();
  });
});

describe("who sees documents", () => {
  it("is a patient for their own", async () => {
    const patient = await newPatient({}, okafor);
    const { email: own } = await newUser({ clinic: demo, role: "patient", person: patient });
    const { path, document } = await uploaded(patient);
    await scan(path, "NO_THREATS_FOUND");
    expect(await mustCall("GET", documentsOf(patient), { as: own })).toEqual({
      items: [{ ...document, scan: "clean" }],
    });
    expect((await download(path, own)).status).toBe(200);
    for (const each of [documentsOf(patient), path, `${path}/download`])
      expect((await call("GET", each, { as: ana })).status).toBe(404);
  });

  it.each([desk, privacy, admin])("is not %s", async (as) => {
    const { path } = await uploaded(await newPatient({}, okafor));
    for (const each of [path.replace(/\/doc_\w+$/, ""), path, `${path}/download`])
      expect(await call("GET", each, { as })).toMatchObject({ status: 403, body: { code: "role-not-allowed" } });
  });

  it("an admin brings documents along and reads none", async () => {
    const { path, puts } = await announce(await newPatient({}, okafor), pdf(), { as: admin });
    await send(puts[0]!, pdf());
    const { status, body } = await complete(path, admin);
    expect({ status, practitioner: body.author.practitioner }).toEqual({ status: 200, practitioner: undefined });
    expect((await call("GET", path, { as: admin })).status).toBe(403);
  });

  it("is told in the audit trail, each address given out included", async () => {
    const patient = await newPatient({}, okafor);
    const { path, document } = await uploaded(patient);
    await scan(path, "NO_THREATS_FOUND");
    await download(path);
    const entries = await rowsUnder("AUDIT_TABLE", `AUDIT#cln_DemoClinic000000000001#${patient}`);
    const actions = entries.filter((each) => each["target"] === document.id).map((each) => each["action"]);
    expect(actions.sort()).toEqual(["document.complete", "document.download", "document.register", "document.upload"]);
  });
});
