import { describe, expect, it } from "vitest";
import { rulesFor } from "../../functions/policy/model.ts";
import { call, mustCall } from "../support/client.ts";
import { newClinic, newUser } from "../support/members.ts";
import { everPut } from "../support/tables.ts";
import { admin, desk } from "../support/world.ts";

const path = "/v1/policy";
const read = (as: string) => call("GET", path, { as });
const replace = (as: string, version: number, body: unknown) =>
  call("PUT", path, { as, body, headers: { "if-match": `"${version}"` } });
const everything = {
  minimumNoticeMinutes: 90,
  horizonDays: 180,
  cancellationNoticeMinutes: 1440,
  rescheduleNoticeMinutes: 0,
  maxUpcomingPerPatient: 3,
  holdMinutes: 10,
  staffMayOverride: ["too-soon", "off-slot-grid"],
};

describe("a clinic's policy", () => {
  it("is without rules, and of version 0, until one is written", async () => {
    const clinic = await newClinic();
    const { status, body, headers } = await read(clinic.desk);
    expect({ status, body, tag: headers.get("etag") }).toEqual({ status: 200, body: { version: 0 }, tag: '"0"' });
  });

  it("is written first by who has seen that there is none, and read so again", async () => {
    const clinic = await newClinic();
    const { status, body, headers } = await replace(clinic.admin, 0, everything);
    expect({ status, tag: headers.get("etag") }).toEqual({ status: 200, tag: '"1"' });
    expect(body).toEqual({ ...everything, version: 1, updatedAt: expect.any(String) });
    const seen = await read(clinic.desk);
    expect({ body: seen.body, tag: seen.headers.get("etag") }).toEqual({ body, tag: '"1"' });
  });

  it("is replaced as a whole: a rule that is not given again no longer limits", async () => {
    const clinic = await newClinic();
    await replace(clinic.admin, 0, everything);
    const { body } = await replace(clinic.admin, 1, { horizonDays: 30 });
    expect(body).toEqual({ horizonDays: 30, version: 2, updatedAt: expect.any(String) });
    expect((await read(clinic.desk)).body).toEqual(body);
  });

  it("is replaced only by who has seen it as it is", async () => {
    const clinic = await newClinic();
    const stale = { status: 412, body: { code: "stale-version" } };
    expect(await replace(clinic.admin, 1, {})).toMatchObject(stale);
    expect((await call("PUT", path, { as: clinic.admin, body: {} })).status).toBe(428);
    await replace(clinic.admin, 0, {});
    for (const version of [0, 2]) expect(await replace(clinic.admin, version, {})).toMatchObject(stale);
    expect((await read(clinic.desk)).body.version).toBe(1);
  });

  it("is written by one of many who would write its first, or its next", async () => {
    const clinic = await newClinic();
    for (const version of [0, 1]) {
      const days = [10, 20, 30, 40];
      const answers = await Promise.all(days.map((horizonDays) => replace(clinic.admin, version, { horizonDays })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
      const won = answers.find(({ status }) => status === 200)?.body;
      expect((await read(clinic.desk)).body).toEqual(won);
    }
  });

  it("leaves another clinic's alone, and the clinic's own settings", async () => {
    const [clinic, other] = await Promise.all([newClinic(), newClinic()]);
    await replace(clinic.admin, 0, everything);
    expect((await read(other.desk)).body).toEqual({ version: 0 });
    const { memberships } = await mustCall("GET", "/v1/me", { as: clinic.admin });
    expect(memberships[0].clinic).toEqual({ id: clinic.clinic, name: "Test Clinic", zone: "UTC" });
  });

  it.each(["front-desk", "practitioner", "patient", "privacy-officer"] as const)(
    "is not replaced by a %s",
    async (role) => {
      const { clinic } = await newClinic();
      const { email } = await newUser({ clinic, role });
      expect(await replace(email, 0, {})).toMatchObject({ status: 403, body: { code: "role-not-allowed" } });
      expect((await read(email)).status).toBe(role === "privacy-officer" ? 403 : 200);
    },
  );

  it("tells by an event that it was replaced", async () => {
    const { clinic, admin: as } = await newClinic();
    await replace(as, 0, everything);
    const events = (await everPut("CLINIC_TABLE", "EVENT")).filter(
      ({ clinic: of, type }) => of === clinic && String(type).startsWith("policy."),
    );
    expect(events.map(({ type, version }) => ({ type, version }))).toEqual([{ type: "policy.replaced", version: 1 }]);
  });

  it.each([
    ["a notice below nothing", { minimumNoticeMinutes: -1 }, "minimumNoticeMinutes"],
    ["a notice over 90 days", { cancellationNoticeMinutes: 90 * 1440 + 1 }, "cancellationNoticeMinutes"],
    ["a notice that is no whole number", { rescheduleNoticeMinutes: 1.5 }, "rescheduleNoticeMinutes"],
    ["a horizon of no days", { horizonDays: 0 }, "horizonDays"],
    ["a horizon as text", { horizonDays: "30" }, "horizonDays"],
    ["no appointments at all for a patient", { maxUpcomingPerPatient: 0 }, "maxUpcomingPerPatient"],
    ["holds over half an hour", { holdMinutes: 31 }, "holdMinutes"],
    ["a rule that nobody may set aside", { staffMayOverride: ["too-soon", "slot-taken"] }, "staffMayOverride.1"],
    ["a rule taken away by null", { horizonDays: null }, "horizonDays"],
    ["a version", { version: 7 }, "version"],
  ])("with %s is refused", async (_, wrong, place) => {
    const clinic = await newClinic();
    const { status, body } = await replace(clinic.admin, 0, { ...everything, ...wrong });
    expect({ status, path: body.errors?.[0].path }).toEqual({ status: 400, path: place });
    expect((await read(clinic.desk)).body).toEqual({ version: 0 });
  });
});

describe("a service's own policy", () => {
  const service = { name: "Consultation", durationMinutes: 30 };
  const add = (policy: unknown) => call("POST", "/v1/services", { as: admin, body: { ...service, policy } });
  const change = (id: string, version: number, policy: unknown) =>
    mustCall("PATCH", `/v1/services/${id}`, { as: admin, body: { policy }, headers: { "if-match": `"${version}"` } });

  it("is kept as it was given, and read so again", async () => {
    const { holdMinutes, staffMayOverride, ...rules } = everything;
    const { status, body } = await add(rules);
    expect({ status, policy: body.policy }).toEqual({ status: 201, policy: rules });
    expect(await mustCall("GET", `/v1/services/${body.id}`, { as: desk })).toEqual(body);
  });

  it("is changed rule by rule, and taken away by null", async () => {
    const { id } = (await add({ minimumNoticeMinutes: 60, horizonDays: 30 })).body;
    const next = { minimumNoticeMinutes: 60, maxUpcomingPerPatient: 1 };
    expect((await change(id, 1, { horizonDays: null, maxUpcomingPerPatient: 1 })).policy).toEqual(next);
    expect((await mustCall("GET", `/v1/services/${id}`, { as: desk })).policy).toEqual(next);
    expect(await change(id, 2, null)).not.toHaveProperty("policy");
    expect(await mustCall("GET", `/v1/services/${id}`, { as: desk })).not.toHaveProperty("policy");
  });

  it.each([
    ["holdMinutes", { holdMinutes: 5 }],
    ["staffMayOverride", { staffMayOverride: [] }],
    ["horizonDays", { horizonDays: 0 }],
  ])("does not take %s of this kind", async (name, policy) => {
    const { status, body } = await add(policy);
    expect({ status, path: body.errors?.[0].path }).toEqual({ status: 400, path: `policy.${name}` });
  });
});

describe("the rules for a service", () => {
  const policy = {
    ...everything,
    staffMayOverride: ["too-soon" as const],
    version: 4,
    updatedAt: "2026-12-01T14:00:00Z",
  };
  const { holdMinutes, staffMayOverride, version, updatedAt, ...clinics } = policy;

  it("are the clinic's where it has none of its own", () => {
    expect(rulesFor(policy, {})).toEqual(clinics);
    expect(rulesFor(policy, { policy: {} })).toEqual(clinics);
    expect(rulesFor({ version: 0 }, {})).toEqual({});
  });

  it("are its own, one by one, before the clinic's", () => {
    const own = { minimumNoticeMinutes: 0, maxUpcomingPerPatient: 9 };
    expect(rulesFor(policy, { policy: own })).toEqual({ ...clinics, ...own });
    expect(rulesFor({ horizonDays: 30, version: 1 }, { policy: own })).toEqual({ horizonDays: 30, ...own });
  });
});
