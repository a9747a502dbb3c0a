import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newClinic } from "../support/members.ts";
import { move, mustMove, mustWrite, note } from "../support/records.ts";
import { itemAt, takeOut } from "../support/tables.ts";
import { announce, complete, pdf, send, uploaded } from "../support/uploads.ts";
import { admin, lindqvist, newPatient, okafor, treat } from "../support/world.ts";

const demo = "cln_DemoClinic000000000001";
const entryOf = (document: string) => ({
  kind: "document",
  title: "Letter",
  document,
  contentType: "application/pdf",
  occurredAt: "2020-02-29T23:30:00Z",
});
const write = (patient: string, body: object, as = okafor) =>
  call("POST", `/v1/patients/${patient}/records`, { as, body });
const refused = (path: string) => ({
  status: 422,
  body: {
    code: "unknown-document",
    errors: [{ path, message: `${path} should be a stored document of this patient` }],
  },
});
const list = (patient: string) => mustCall("GET", `/v1/patients/${patient}/records`, { as: okafor });

/** Deletes a document's row behind the API's back. */
async function forget(patient: string, document: string): Promise<void> {
  const row = await itemAt("CLINIC_TABLE", `DOCUMENT#${demo}#${patient}`, document);
  await takeOut("CLINIC_TABLE", row!);
}

describe("an entry of the kind document", () => {
  it("names a document of the patient that is stored, as a draft, when signed and when amended", async () => {
    const patient = await newPatient({}, okafor);
    const [one, other] = [(await uploaded(patient)).document.id, (await uploaded(patient, pdf("other"))).document.id];
    const { id } = await mustWrite(patient, { ...entryOf(one), state: "draft" });
    await mustMove("revise", { patient, id, version: 1, body: entryOf(other) });
    await mustMove("sign", { patient, id, version: 2 });
    const amended = await mustMove("amend", { patient, id, version: 3, body: { reason: "x", record: entryOf(one) } });
    expect(amended).toMatchObject({ document: one, state: "amended" });
    await mustMove("retract", { patient, id, version: 4 });
  });

  it("is not written of a document that is nowhere, another patient's or another clinic's", async () => {
    const [patient, other, clinic] = await Promise.all([newPatient({}, okafor), newPatient({}, okafor), newClinic()]);
    const { id: foreign } = await mustCall("POST", "/v1/patients", {
      as: clinic.desk,
      body: { name: { text: "Foreign" } },
    });
    const theirs = await announce(foreign, pdf(), { as: clinic.admin });
    await send(theirs.puts[0]!, pdf());
    expect((await complete(theirs.path, clinic.admin)).status).toBe(200);
    const { document: anothers } = await uploaded(other);
    for (const document of ["doc_0000000000000000000000", anothers.id, theirs.id])
      expect(await write(patient, entryOf(document))).toMatchObject(refused("document"));
    expect((await list(patient)).items).toEqual([]);
  });

  it("is written only once the document's upload is complete", async () => {
    const patient = await newPatient({}, okafor);
    const { path, id, puts } = await announce(patient, pdf());
    expect(await write(patient, entryOf(id))).toMatchObject(refused("document"));
    await send(puts[0]!, pdf());
    expect(await write(patient, { ...entryOf(id), state: "draft" })).toMatchObject(refused("document"));
    await complete(path);
    expect((await write(patient, entryOf(id))).status).toBe(201);
  });

  it("is not written of a document that is not there for who writes", async () => {
    const patient = await newPatient({}, okafor);
    await treat(patient, lindqvist);
    const { document } = await uploaded(patient, pdf(), { labels: ["mental-health"] });
    expect(await write(patient, entryOf(document.id), lindqvist)).toMatchObject(refused("document"));
    expect(await write(patient, entryOf(document.id), admin)).toMatchObject(refused("document"));
    expect((await write(patient, entryOf(document.id))).status).toBe(201);
  });

  it("is not brought to a document that is not theirs by revising a draft or amending", async () => {
    const patient = await newPatient({}, okafor);
    const { document } = await uploaded(patient);
    const unknown = entryOf("doc_0000000000000000000000");
    const draft = await mustWrite(patient, { ...note, state: "draft" });
    const revised = await move("revise", { patient, id: draft.id, version: 1, body: unknown });
    expect(revised).toMatchObject(refused("document"));
    const { id } = await mustWrite(patient, entryOf(document.id));
    const amended = await move("amend", { patient, id, version: 1, body: { reason: "x", record: unknown } });
    expect(amended).toMatchObject(refused("record.document"));
  });

  it("is not signed once its document has been deleted: what is written together is checked together", async () => {
    const patient = await newPatient({}, okafor);
    const { document } = await uploaded(patient);
    const { id } = await mustWrite(patient, { ...entryOf(document.id), state: "draft" });
    await forget(patient, document.id);
    expect(await move("sign", { patient, id, version: 1 })).toMatchObject(refused("document"));
    expect(await mustCall("GET", `/v1/patients/${patient}/records/${id}`, { as: okafor })).toMatchObject({
      state: "draft",
      version: 1,
    });
  });

  it("is retracted also where its document is gone", async () => {
    const patient = await newPatient({}, okafor);
    const { document } = await uploaded(patient);
    const { id } = await mustWrite(patient, entryOf(document.id));
    await forget(patient, document.id);
    expect((await move("retract", { patient, id, version: 1 })).status).toBe(200);
  });
});
