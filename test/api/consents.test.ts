import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newUser } from "../support/members.ts";
import { everPut } from "../support/tables.ts";
import { ana, desk, newPatient, okafor, privacy } from "../support/world.ts";

const clinic = "cln_DemoClinic000000000001";
const path = (patient: string, rest = "") => `/v1/patients/${patient}/consents${rest}`;
const decide = (patient: string, purpose: string, body: object, as = desk, at = "2027-01-01T10:00:00Z") =>
  call("PUT", path(patient, `/${purpose}`), { as, body, at });

describe("consent", () => {
  it("is given and withdrawn, each with its time, its wording and who said so; nothing of it is lost", async () => {
    const patient = await newPatient();
    const as = (await newUser({ clinic, role: "patient", person: patient })).email;
    expect(await mustCall("GET", path(patient), { as: desk })).toEqual({ items: [] });
    const given = await decide(patient, "research", { given: true, wording: "2027-1" });
    expect(given).toMatchObject({
      status: 200,
      body: { purpose: "research", given: true, wording: "2027-1", at: "2027-01-01T10:00:00Z", version: 1 },
    });
    const withdrawn = await decide(
      patient,
      "research",
      { given: false, wording: "2027-1" },
      as,
      "2027-02-01T10:00:00Z",
    );
    expect(withdrawn.body).toMatchObject({ given: false, by: { role: "patient", person: patient }, version: 2 });
    await decide(patient, "sharing", { given: true, wording: "2027-1" }, as);
    const { items } = await mustCall("GET", path(patient), { as });
    expect(items.map(({ purpose, given: isGiven }: { purpose: string; given: boolean }) => [purpose, isGiven])).toEqual(
      [
        ["research", false],
        ["sharing", true],
      ],
    );
    expect(await mustCall("GET", path(patient, "/research/history"), { as: privacy })).toEqual({
      items: [withdrawn.body, given.body],
    });
  });

  it("decided again on the same wording stays as it was; on another wording it is a new decision", async () => {
    const patient = await newPatient();
    const first = await decide(patient, "reminders-sms", { given: true, wording: "a" });
    const again = await decide(patient, "reminders-sms", { given: true, wording: "a" }, desk, "2027-03-01T10:00:00Z");
    expect(again.body).toEqual(first.body);
    expect((await decide(patient, "reminders-sms", { given: true, wording: "b" })).body.version).toBe(2);
    const events = (await everPut("CLINIC_TABLE", "EVENT")).filter((event) => event["patient"] === patient);
    expect(events.filter(({ type }) => type === "consent.given")).toHaveLength(2);
  });

  it("keeps both of two decisions made at once, one after the other", async () => {
    const patient = await newPatient();
    const answers = await Promise.all([
      decide(patient, "sharing", { given: true, wording: "a" }),
      decide(patient, "sharing", { given: false, wording: "a" }),
    ]);
    expect(answers.map(({ body }) => body.version).sort()).toEqual([1, 2]);
    const { items } = await mustCall("GET", path(patient, "/sharing/history"), { as: desk });
    expect(items.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
  });

  it("is the patient's own and the desk's to record; nobody else's, and of no other purpose", async () => {
    const patient = await newPatient();
    expect((await decide(patient, "sharing", { given: true, wording: "a" }, ana)).status).toBe(404);
    for (const as of [okafor, privacy])
      expect((await decide(patient, "sharing", { given: true, wording: "a" }, as)).status).toBe(403);
    expect((await decide(patient, "marketing", { given: true, wording: "a" })).status).toBe(404);
    expect((await decide(patient, "sharing", { given: "yes", wording: "a" })).body.errors[0].path).toBe("given");
    expect((await decide("pat_0000000000000000000000", "sharing", { given: true, wording: "a" })).status).toBe(404);
  });
});
