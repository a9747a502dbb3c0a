import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { dump, everPut } from "../support/tables.ts";
import { sealed } from "../support/workers.ts";
import { admin, ana, desk, newPatient, newScene, okafor, privacy, stranger } from "../support/world.ts";

interface Entry {
  action: string;
  outcome: string;
  code?: string;
  role: string;
  target?: string;
  requestId: string;
  at: string;
  from: string;
  user: string;
  namesake?: boolean;
}

async function trailOf(patient: string): Promise<Entry[]> {
  return (await mustCall("GET", `/v1/patients/${patient}/audit?limit=100`, { as: privacy })).items;
}

const told = (entries: Entry[]) =>
  entries.map(({ action, outcome, code, role }) => [action, outcome, code, role].filter(Boolean).join(" "));

describe("the audit trail", () => {
  it("tells of every access to a patient's data, latest first: who, what, when, from where", async () => {
    const scene = await newScene();
    const { patient } = scene;
    await mustCall("GET", `/v1/patients/${patient}`, { as: okafor });
    const booked = await mustCall("POST", "/v1/appointments", {
      as: desk,
      body: { ...scene, start: "2027-09-01T09:00:00Z" },
    });
    await mustCall("POST", `/v1/patients/${patient}/records`, {
      as: okafor,
      body: { kind: "note", title: "t", text: "t" },
    });
    const read = await call("GET", `/v1/patients/${patient}/records`, { as: okafor });
    const entries = await trailOf(patient);
    expect(told(entries)).toEqual([
      "record.list granted practitioner",
      "record.write granted practitioner",
      "appointment.book granted front-desk",
      "patient.read granted practitioner",
      "patient.register granted practitioner",
    ]);
    expect(entries[0]).toMatchObject({ requestId: read.headers.get("x-request-id"), from: "127.0.0.1" });
    expect(entries[2]?.target).toBe(booked.id);
    expect(entries.map(({ at }) => at)).toEqual(
      entries
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
  });

  it("says which practitioner looked at a patient of their own family name, and the privacy officer hears of it once", async () => {
    const kin = await newPatient({ name: { family: "Okafor", given: ["Ada"] } }, okafor);
    const none = await newPatient({ name: { family: "Adeyemi", given: ["Okafor"] } }, okafor);
    for (const path of [kin, kin, none].map((id) => `/v1/patients/${id}`)) await mustCall("GET", path, { as: okafor });
    await mustCall("GET", `/v1/patients/${kin}`, { as: desk });
    await mustCall("GET", "/v1/patients?name=okafor", { as: okafor });
    const marked = (entries: Entry[]) => entries.filter(({ namesake }) => namesake).map(({ action }) => action);
    expect(marked(await trailOf(kin))).toEqual(["patient.search", "patient.read", "patient.read"]);
    expect(marked(await trailOf(none))).toEqual([]);
    await sealed();
    const alerts = (await everPut("CLINIC_TABLE", "EVENT")).filter(
      ({ kind, patient }) => kind === "own-family" && patient === kin,
    );
    expect(alerts).toMatchObject([{ type: "audit.alert", user: expect.any(String), day: expect.any(String) }]);
  });

  it("tells of reading the trail itself", async () => {
    const patient = await newPatient();
    await trailOf(patient);
    expect(told(await trailOf(patient))).toEqual([
      "audit.list granted privacy-officer",
      "patient.register granted front-desk",
    ]);
  });

  it("tells of refusals: of a role, and of what a patient may not see", async () => {
    const patient = await newPatient();
    expect((await call("GET", `/v1/patients/${patient}/records`, { as: desk })).status).toBe(403);
    expect((await call("GET", `/v1/patients/${patient}`, { as: ana })).status).toBe(404);
    expect(told(await trailOf(patient)).slice(0, 2)).toEqual([
      "patient.read refused not-found patient",
      "record.list refused role-not-allowed front-desk",
    ]);
  });

  it("keeps another clinic's attempt in that clinic's own trail", async () => {
    const patient = await newPatient();
    expect((await call("GET", `/v1/patients/${patient}`, { as: stranger })).status).toBe(404);
    expect(told(await trailOf(patient))).toEqual(["patient.register granted front-desk"]);
    const entries = (await everPut("AUDIT_TABLE", "AUDIT")).filter(
      (entry) => entry["patient"] === patient && entry["outcome"] === "refused",
    );
    expect(entries.map(({ pk }) => pk)).toEqual([`AUDIT#cln_OtherClinic00000000001#${patient}`]);
  });

  it("has one entry for each patient whom a search showed", async () => {
    const family = `Trail${Date.now()}`;
    const patients = await Promise.all([1, 2].map(() => newPatient({ name: { family } })));
    await mustCall("GET", `/v1/patients?name=${family}`, { as: desk });
    for (const patient of patients) expect(told(await trailOf(patient))).toContain("patient.search granted front-desk");
  });

  it("does not take a replayed answer for a second change", async () => {
    const key = `trail-${Date.now()}`;
    const register = () =>
      mustCall("POST", "/v1/patients", {
        as: desk,
        headers: { "idempotency-key": key },
        body: { name: { text: "Once" } },
      });
    const { id } = await register();
    await register();
    const { items: entries } = await mustCall("GET", `/v1/patients/${id}/audit`, { as: privacy });
    expect(entries.map(({ replayed }: { replayed?: boolean }) => replayed)).toEqual([true, undefined]);
    const items = (await dump("CLINIC_TABLE")).filter(
      (item) => item["patient"] === id && item["type"] === "patient.registered",
    );
    expect(items).toHaveLength(1);
  });

  it("is read page by page, and by the privacy officer alone", async () => {
    const patient = await newPatient();
    for (let n = 0; n < 4; n++) await mustCall("GET", `/v1/patients/${patient}`, { as: desk });
    const first = await mustCall("GET", `/v1/patients/${patient}/audit?limit=3`, { as: privacy });
    const second = await mustCall("GET", `/v1/patients/${patient}/audit?limit=3&cursor=${first.next}`, { as: privacy });
    expect([first.items.length, second.items.length, second.next]).toEqual([3, 2, undefined]);
    expect((await call("GET", `/v1/patients/${patient}/audit`, { as: admin })).status).toBe(403);
  });
});
