import { describe, expect, it, vi } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { join, leave, newClinic, newUser } from "../support/members.ts";
import { ana, desk, newPatient, okafor } from "../support/world.ts";

const demo = "cln_DemoClinic000000000001";
const other = "cln_OtherClinic00000000001";
const ask = (as: string, headers = {}) => call("GET", "/v1/practitioners", { as, headers });
const inClinic = (clinic: string) => ({ "praxis-clinic": clinic });
/** Memberships are remembered for a second by the backend under test, and for 30 s at most by any. */
const soon = { timeout: 5000, interval: 100 };

describe("/v1/me", () => {
  it("says who a user is, where, with which role and as which person", async () => {
    const { user, memberships } = await mustCall("GET", "/v1/me", { as: okafor });
    const clinic = { id: demo, name: "Demo Clinic", zone: "America/New_York" };
    expect(user).toEqual(expect.any(String));
    expect(memberships).toEqual([{ clinic, role: "practitioner", person: expect.stringMatching(/^prc_/) }]);
    expect((await mustCall("GET", "/v1/me", { as: ana })).memberships[0].person).toMatch(/^pat_/);
    expect((await mustCall("GET", "/v1/me", { as: desk })).memberships).toEqual([{ clinic, role: "front-desk" }]);
  });

  it("tells a user who belongs nowhere that they belong nowhere", async () => {
    const { email, sub } = await newUser();
    expect(await mustCall("GET", "/v1/me", { as: email })).toEqual({ user: sub, memberships: [] });
  });

  it("names all clinics of a user with several, whichever one they choose", async () => {
    const { email } = await newUser({ clinic: demo, role: "admin" }, { clinic: other, role: "front-desk" });
    for (const headers of [{}, inClinic(demo), inClinic("anything")]) {
      const { body } = await call("GET", "/v1/me", { as: email, headers });
      const places = body.memberships.map(({ clinic, role }: { clinic: { id: string }; role: string }) => [
        clinic.id,
        role,
      ]);
      expect(places).toEqual([
        [demo, "admin"],
        [other, "front-desk"],
      ]);
    }
  });

  it("knows of a change at once", async () => {
    const { email, sub } = await newUser({ clinic: demo, role: "front-desk" });
    const roles = async () => {
      const { memberships } = await mustCall("GET", "/v1/me", { as: email });
      return memberships.map(({ role }: { role: string }) => role);
    };
    expect(await roles()).toEqual(["front-desk"]);
    await join(sub, { clinic: demo, role: "admin" });
    expect(await roles()).toEqual(["admin"]);
    await leave(sub, demo);
    expect(await roles()).toEqual([]);
  });
});

describe("a user without a clinic", () => {
  it.each(["/v1/practitioners", "/v1/patients", "/v1/appointments", "/v1/services"])(
    "is let into %s of none",
    async (path) => {
      const { email } = await newUser();
      const refused = { status: 403, body: { code: "not-a-member" } };
      expect(await call("GET", path, { as: email })).toMatchObject(refused);
      expect(await call("GET", path, { as: email, headers: inClinic(demo) })).toMatchObject(refused);
    },
  );
});

describe("a user with two clinics", () => {
  const both = () => newUser({ clinic: demo, role: "front-desk" }, { clinic: other, role: "front-desk" });

  it("must choose one", async () => {
    const { email } = await both();
    expect(await ask(email)).toMatchObject({ status: 400, body: { code: "clinic-required" } });
  });

  it("gets each by the header, and there what is there", async () => {
    const { email } = await both();
    const theirs = await mustCall("GET", "/v1/me", { as: "ana@other.clinic" });
    const [here, there] = [await newPatient(), theirs.memberships[0].person];
    const read = (id: string, clinic: string) =>
      call("GET", `/v1/patients/${id}`, { as: email, headers: inClinic(clinic) });
    const answers = await Promise.all([read(here, demo), read(there, other), read(here, other), read(there, demo)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 404]);
  });

  it("is let into no third one, be it there or not", async () => {
    const [{ email }, third] = [await both(), await newClinic()];
    for (const clinic of [third.clinic, "cln_0000000000000000000000", "", "*", `${demo},${other}`]) {
      expect(await ask(email, inClinic(clinic)), clinic).toMatchObject({ status: 403, body: { code: "not-a-member" } });
    }
  });

  it("has in each the role they have there", async () => {
    const { email } = await newUser({ clinic: demo, role: "privacy-officer" }, { clinic: other, role: "admin" });
    const add = (clinic: string) =>
      call("POST", "/v1/services", { as: email, headers: inClinic(clinic), body: { name: "x", durationMinutes: 30 } });
    expect(await add(demo)).toMatchObject({ status: 403, body: { code: "role-not-allowed" } });
    expect((await add(other)).status).toBe(201);
  });

  it("who loses one need not choose any more", async () => {
    const { email, sub } = await both();
    expect((await ask(email)).status).toBe(400);
    await leave(sub, other);
    await vi.waitFor(async () => expect((await ask(email)).status).toBe(200), soon);
  });
});

describe("a user with one clinic", () => {
  it("need not name it, and may", async () => {
    const { email } = await newUser({ clinic: demo, role: "front-desk" });
    expect((await ask(email)).status).toBe(200);
    expect((await ask(email, inClinic(demo))).status).toBe(200);
    expect((await ask(email, { "PRAXIS-CLINIC": demo })).status).toBe(200);
  });

  it("is let in until the membership is taken away, and then no more", async () => {
    const { email, sub } = await newUser({ clinic: demo, role: "front-desk" });
    expect((await ask(email)).status).toBe(200);
    await leave(sub, demo);
    await vi.waitFor(
      async () => expect(await ask(email)).toMatchObject({ status: 403, body: { code: "not-a-member" } }),
      soon,
    );
    expect((await ask(email, inClinic(demo))).status).toBe(403);
  });

  it("loses what a lower role may not do", async () => {
    const { email, sub } = await newUser({ clinic: demo, role: "admin" });
    const add = () => call("POST", "/v1/services", { as: email, body: { name: "x", durationMinutes: 30 } });
    expect((await add()).status).toBe(201);
    await join(sub, { clinic: demo, role: "front-desk" });
    await vi.waitFor(async () => expect((await add()).status).toBe(403), soon);
  });

  it("who becomes another person sees that one's data, and the first one's no more", async () => {
    const [first, second] = await Promise.all([newPatient(), newPatient()]);
    const { email, sub } = await newUser({ clinic: demo, role: "patient", person: first });
    const read = async (id: string) => (await call("GET", `/v1/patients/${id}`, { as: email })).status;
    expect([await read(first), await read(second)]).toEqual([200, 404]);
    await join(sub, { clinic: demo, role: "patient", person: second });
    await vi.waitFor(async () => expect([await read(first), await read(second)]).toEqual([404, 200]), soon);
  });
});
