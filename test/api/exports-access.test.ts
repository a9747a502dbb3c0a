import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { exported, fetched, mustExport } from "../support/archives.ts";
import { keysBelow } from "../support/bucket.ts";
import { call, mustCall } from "../support/client.ts";
import { newUser } from "../support/members.ts";
import { dump, itemAt } from "../support/tables.ts";
import { tick } from "../support/workers.ts";
import { admin, desk, lindqvist, newPatient, okafor, privacy, treat } from "../support/world.ts";

const clinic = "cln_DemoClinic000000000001";
const at = "2027-01-15T10:00:00Z";
const soon = "2027-01-15T10:00:30Z";

const ask = (patient: string, as: string, body: object = { purpose: "access" }, more: object = {}) =>
  call("POST", `/v1/patients/${patient}/export`, { as, body, ...more });
const read = (id: string, as: string, when = soon) => call("GET", `/v1/exports/${id}`, { as, at: when });
const download = (id: string, as: string, when = soon) => call("GET", `/v1/exports/${id}/download`, { as, at: when });
const decide = (patient: string, purpose: string, given: boolean) =>
  mustCall("PUT", `/v1/patients/${patient}/consents/${purpose}`, { as: desk, body: { given, wording: "2027-1" } });
const rowOf = (id: string) => itemAt("CLINIC_TABLE", `EXPORT#${clinic}#${id}`, "EXPORT");
const archivesOf = async (patient: string) => (await keysBelow(`documents/${clinic}/${patient}/exp_`)).files;

/** A patient whom Dr. Okafor treats, with a user of their own. */
async function newSelf() {
  const patient = await newPatient({}, okafor);
  const { email } = await newUser({ clinic, role: "patient", person: patient });
  return { patient, email };
}

/** Asked for, and written half a minute later. */
async function written(patient: string, as: string, body: Record<string, string> = {}) {
  const asked = await mustExport(patient, as, { at, ...body });
  await tick("exports", soon);
  return asked;
}

describe("an export", () => {
  it("may be asked for by the patient, their proxy and who treats them, and by nobody else", async () => {
    const { patient, email } = await newSelf();
    const proxy = await newSelf();
    const consent = { by: "patient", at: "2026-01-01T00:00:00Z" };
    const path = `/v1/patients/${patient}/proxies/${proxy.patient}`;
    await mustCall("PUT", path, { as: desk, body: { relationship: "parent", consent } });
    for (const as of [email, proxy.email, okafor]) expect((await ask(patient, as)).status, as).toBe(202);
    for (const as of [admin, desk, privacy])
      expect((await ask(patient, as)).body, as).toMatchObject({ status: 403, code: "role-not-allowed" });
    const { email: another } = await newSelf();
    for (const as of [another, lindqvist, "dr.okafor@other.clinic", "ana@other.clinic"])
      expect((await ask(patient, as)).status, as).toBe(404);
    const { id } = (await ask(patient, proxy.email)).body;
    await mustCall("DELETE", path, { as: desk });
    expect((await read(id, proxy.email, new Date().toISOString())).status).toBe(404);
  });

  it("is for whoever asked for it: for others who may see the patient too it does not exist", async () => {
    const { patient, email } = await newSelf();
    const { id } = await written(patient, email);
    expect((await read(id, email)).body).toMatchObject({ id, patient, status: "ready" });
    const { id: narrower } = await written(patient, okafor);
    expect((await read(narrower, okafor)).body.status).toBe("ready");
    // The patient sees more than is in it, and it is not theirs all the same.
    for (const [one, as] of [
      [id, okafor],
      [id, lindqvist],
      [narrower, email],
    ] as const) {
      expect((await read(one, as)).status, as).toBe(404);
      expect((await download(one, as)).status, as).toBe(404);
    }
  });

  it("is no longer for who has lost a label since they asked", async () => {
    const patient = await newPatient();
    await treat(patient, okafor, { labels: ["mental-health"] });
    const { id } = await written(patient, okafor);
    expect((await download(id, okafor)).status).toBe(200);
    await treat(patient, okafor, { labels: [] });
    expect((await download(id, okafor)).status).toBe(404);
    await treat(patient, okafor, { labels: ["mental-health", "sexual-health"] });
    expect((await download(id, okafor)).status).toBe(200);
  });

  it("is answered 202 at once, with where to look and a password that is told here alone", async () => {
    const { patient, email } = await newSelf();
    const headers = { "idempotency-key": randomUUID() };
    const { status, body, headers: answered } = await ask(patient, email, { purpose: "access" }, { at, headers });
    expect({ status, body }).toMatchObject({
      status: 202,
      body: {
        patient,
        purpose: "access",
        status: "queued",
        progress: { done: 0, of: 0 },
        requestedAt: at,
        expiresAt: "2027-01-22T10:00:00Z",
      },
    });
    expect(body.password).toMatch(/^([a-z0-9]{5}-){4}[a-z0-9]{5}$/);
    expect(answered.get("location")).toBe(`/v1/exports/${body.id}`);
    expect((await ask(patient, email, { purpose: "access" }, { at, headers })).body).toEqual(body);
    expect(Object.keys((await read(body.id, email)).body)).not.toContain("password");
    expect((await ask(patient, email, { purpose: "access" }, { at })).body.password).not.toBe(body.password);
    expect(await rowOf(body.id)).toHaveProperty("password");
    await tick("exports", soon);
    expect(await rowOf(body.id)).not.toHaveProperty("password");
    expect(JSON.stringify(await dump("CLINIC_TABLE", { family: "EXPORT" }))).not.toContain(body.password);
  });

  it("cannot be fetched before it is written", async () => {
    const { patient, email } = await newSelf();
    const { id } = await mustExport(patient, email, { at });
    expect((await download(id, email)).body).toMatchObject({ status: 409, code: "not-ready" });
    await tick("exports", soon);
    expect((await read(id, email)).body).toMatchObject({ status: "ready", size: expect.any(Number) });
  });

  it("is one of ten at most that have not expired", async () => {
    const { patient, email } = await newSelf();
    for (let n = 0; n < 10; n++) await mustExport(patient, email, { at });
    expect((await ask(patient, email, { purpose: "access" }, { at })).body.code).toBe("too-many-exports");
    expect((await ask(patient, email, { purpose: "access" }, { at: "2027-01-22T10:00:00Z" })).status).toBe(202);
  });

  it("leaves in the audit trail who asked, that it was written, and who was given its address", async () => {
    const { patient, email } = await newSelf();
    const { id } = await written(patient, email);
    await download(id, email);
    const trail = await dump("AUDIT_TABLE", { family: "AUDIT", clinic });
    const told = trail
      .filter(({ pk, target }) => pk.endsWith(patient) && target === id)
      .map((row) => [row["action"], row["role"]]);
    expect(told.sort()).toEqual([
      ["export.download", "patient"],
      ["export.request", "patient"],
      ["export.write", "system"],
    ]);
    const events = (await dump("CLINIC_TABLE", { family: "EVENT" })).filter((row) => row["export"] === id);
    expect(events.map((row) => row["type"]).sort()).toEqual(["export.ready", "export.requested"]);
    for (const { pk, sk, type, clinic: of, happenedAt, expires, ...about } of events)
      expect(about).toEqual({ export: id, patient });
  });
});

describe("the address of an archive", () => {
  it("leads to it alone, for five minutes, to whoever has it", async () => {
    const { patient, email } = await newSelf();
    const [{ id }, { id: other }] = [await written(patient, email), await written(patient, email)];
    const { url: late, expiresAt } = (await download(id, email, "2027-01-15T10:02:00Z")).body;
    expect(expiresAt).toBe("2027-01-15T10:07:00Z");
    expect((await fetch(late)).status).toBe(403);
    const { url } = await mustCall("GET", `/v1/exports/${id}/download`, { as: email });
    const tampered = [
      url.replace(`${id}-1`, `${other}-1`),
      url.replace("X-Amz-Expires=300", "X-Amz-Expires=900"),
      url.replace("attachment", "inline"),
      url.replace("application%2Fzip", "text%2Fhtml"),
    ];
    for (const each of tampered) expect((await fetch(each)).status).toBe(403);
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${id}.zip"`);
  });

  it("is given for seven days", async () => {
    const { patient, email } = await newSelf();
    const { id } = await written(patient, email);
    expect((await download(id, email, "2027-01-22T09:59:59Z")).status).toBe(200);
    expect((await read(id, email, "2027-01-22T10:00:00Z")).body.status).toBe("expired");
    expect((await download(id, email, "2027-01-22T10:00:00Z")).body).toMatchObject({
      status: 410,
      code: "export-expired",
    });
  });
});

describe("an export for somebody else", () => {
  const sharing = { purpose: "sharing", recipient: "City Cardiology" };
  const refused = { status: 409, body: { code: "no-consent" } };

  it("wants the patient's consent to sharing, and for research to that too", async () => {
    const { patient, email } = await newSelf();
    const research = { purpose: "research", recipient: "University" };
    expect(await ask(patient, email, sharing)).toMatchObject(refused);
    await decide(patient, "research", true);
    for (const body of [sharing, research]) expect(await ask(patient, okafor, body)).toMatchObject(refused);
    await decide(patient, "sharing", true);
    for (const body of [sharing, research]) expect((await ask(patient, okafor, body)).status).toBe(202);
    await decide(patient, "research", false);
    expect(await ask(patient, okafor, research)).toMatchObject(refused);
  });

  it.each([
    ["sharing without a recipient", { purpose: "sharing" }],
    ["access with one", { purpose: "access", recipient: "City Cardiology" }],
  ])("is not asked for by %s", async (_, body) => {
    const { patient, email } = await newSelf();
    expect(await ask(patient, email, body)).toMatchObject({ status: 400, body: { errors: [{ path: "recipient" }] } });
  });

  it("names the recipient in the accounting of disclosures, and nowhere in plain", async () => {
    const { patient, email } = await newSelf();
    await decide(patient, "sharing", true);
    const own = await mustExport(patient, email);
    const { html } = await exported(patient, okafor, sharing);
    expect(html).toContain("Made for: City Cardiology");
    const { items } = await mustCall("GET", `/v1/patients/${patient}/disclosures`, { as: email });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ recipient: "third-party", to: "City Cardiology", what: "export.disclose" });
    expect(items[0].target).not.toBe(own.id);
    const rows = [...(await dump("CLINIC_TABLE")), ...(await dump("AUDIT_TABLE"))];
    expect(JSON.stringify(rows)).not.toContain("City Cardiology");
  });

  it("is not written where the consent was withdrawn meanwhile", async () => {
    const { patient } = await newSelf();
    await decide(patient, "sharing", true);
    const { id } = await mustExport(patient, okafor, { at, ...sharing });
    await decide(patient, "sharing", false);
    await tick("exports", soon);
    expect((await read(id, okafor)).body).toMatchObject({ status: "failed", failure: "no-consent" });
    expect(await rowOf(id)).not.toHaveProperty("password");
    expect(await archivesOf(patient)).toEqual([]);
    expect((await mustCall("GET", `/v1/patients/${patient}/disclosures`, { as: privacy })).items).toEqual([]);
  });

  it("is not given out any more once the consent is withdrawn", async () => {
    const { patient } = await newSelf();
    await decide(patient, "sharing", true);
    const { id } = await written(patient, okafor, sharing);
    expect((await download(id, okafor)).status).toBe(200);
    await decide(patient, "sharing", false);
    expect(await download(id, okafor)).toMatchObject(refused);
  });
});

describe("the export of a patient who is erased", () => {
  let second: string;

  beforeAll(async () => {
    second = (await newUser({ clinic, role: "privacy-officer" })).email;
  });

  async function confirmed(patient: string): Promise<void> {
    const { id } = await mustCall("POST", `/v1/patients/${patient}/erase`, {
      as: privacy,
      at,
      body: { reason: "By letter" },
    });
    await mustCall("POST", `/v1/erasures/${id}/confirm`, { as: second, at, body: {} });
  }

  it("goes with them, archive and all", async () => {
    const { patient, email } = await newSelf();
    const { id } = await written(patient, email);
    const { id: waiting } = await mustExport(patient, email, { at: "2027-01-15T10:05:00Z" });
    expect(await archivesOf(patient)).toHaveLength(1);
    await confirmed(patient);
    expect((await read(id, email)).status).toBe(404);
    await tick("erasures", "2027-01-15T10:01:01Z");
    expect(await archivesOf(patient)).toEqual([]);
    expect([await rowOf(id), await rowOf(waiting)]).toEqual([undefined, undefined]);
    const left = (await dump("CLINIC_TABLE")).filter(
      ({ pk, sk }) => /EXPORT/.test(pk) && `${pk} ${sk}`.includes(patient),
    );
    expect(left).toEqual([]);
    const due = (await dump("CLINIC_TABLE")).filter((row) => [id, waiting].includes(String(row["export"])));
    expect(due.filter(({ pk }) => pk.startsWith("DUE#"))).toEqual([]);
  });

  it("fails, if it was not written before that was decided", async () => {
    const { patient, email } = await newSelf();
    const { id } = await mustExport(patient, email, { at });
    await confirmed(patient);
    await tick("exports", soon);
    expect(await rowOf(id)).toMatchObject({ status: "failed", failure: "patient-gone" });
    expect(await archivesOf(patient)).toEqual([]);
  });
});

it("an archive lies among its patient's files, and whatever deletes those deletes it", async () => {
  const { patient, email } = await newSelf();
  const { id } = await written(patient, email);
  expect(await archivesOf(patient)).toEqual([`documents/${clinic}/${patient}/${id}-1`]);
  expect((await fetched(id, email)).length).toBeGreaterThan(1000);
});
