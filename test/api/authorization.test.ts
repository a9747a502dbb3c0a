import { beforeAll, describe, expect, it } from "vitest";
import { actionOf, relations, rules } from "../../functions/access/rules.ts";
import { api, type NamedRoute } from "../../functions/api.ts";
import { type DataClass, type Role, roles } from "../../functions/kernel/route.ts";
import { call, mustCall } from "../support/client.ts";
import { validInput } from "../support/inputs.ts";
import { newUser } from "../support/members.ts";
import { rulesOfThePage } from "../support/rules-page.ts";
import { admin, desk, newPatient, newPractitioner, newService, privacy } from "../support/world.ts";

/*
 * Every route about one patient x every role x every relation x both clinics. What is expected is read from the page that a
 * clinic shows its auditor (docs/security.md), not from the code that decides.
 */

const clinic = "cln_DemoClinic000000000001";
const page = rulesOfThePage();
const ofPatients = api.filter(
  ({ path, allow, shows }) =>
    Array.isArray(allow) &&
    shows.length > 0 &&
    /\{(patient|appointment|hold|series|waitlist)Id\}/.test(path) &&
    !shows.includes("settings"),
);

/** The ways to stand to the patient, each with the roles that can. */
const standings = [
  ["self", "patient", "self"],
  ["a proxy", "patient", "proxy"],
  ["another patient", "patient", undefined],
  ["of the care team", "practitioner", "care-team"],
  ["under break-glass", "practitioner", "break-glass"],
  ["another practitioner", "practitioner", undefined],
  ["the admin", "admin", "same-clinic"],
  ["the front desk", "front-desk", "same-clinic"],
  ["the privacy officer", "privacy-officer", "same-clinic"],
] as const;

const users: Record<string, string> = {};
const ids: Record<string, string> = {};

beforeAll(async () => {
  const [patient, proxy, other] = await Promise.all([newPatient(), newPatient(), newPatient()]);
  const doctors = await Promise.all([newPractitioner(), newPractitioner(), newPractitioner()]);
  const user = async (role: Role, person: string) => (await newUser({ clinic, role, person })).email;
  const names = ["self", "a proxy", "another patient", "of the care team", "under break-glass", "another practitioner"];
  const people = [patient, proxy, other, ...doctors];
  for (const [n, name] of names.entries())
    users[name] = await user(n < 3 ? "patient" : "practitioner", people[n] as string);
  Object.assign(users, { "the admin": admin, "the front desk": desk, "the privacy officer": privacy });
  const [treating] = doctors;
  await mustCall("PUT", `/v1/patients/${patient}/care-team/${treating}`, { as: admin, body: {} });
  const consent = { by: "patient", at: "2026-01-01T00:00:00Z" };
  await mustCall("PUT", `/v1/patients/${patient}/proxies/${proxy}`, {
    as: desk,
    body: { relationship: "carer", consent },
  });
  await mustCall("POST", `/v1/patients/${patient}/break-glass`, {
    as: users["under break-glass"] as string,
    body: { reason: "Unconscious on arrival" },
  });
  const far = await newPractitioner();
  const service = await newService([far]);
  const booked = await mustCall("POST", "/v1/appointments", {
    as: desk,
    body: { patient, service, start: "2027-06-01T09:00:00Z" },
  });
  const start = "2027-06-02T09:00:00Z";
  const [hold, series, waiting] = await Promise.all([
    mustCall("POST", "/v1/holds", { as: desk, body: { patient, service, start: "2027-06-01T11:00:00Z" } }),
    mustCall("POST", "/v1/series", { as: desk, body: { patient, service, start, rule: "FREQ=WEEKLY;COUNT=2" } }),
    mustCall("POST", "/v1/waitlist", {
      as: desk,
      body: { patient, service, from: "2027-07-01T00:00:00Z", to: "2027-07-01T00:10:00Z" },
    }),
  ]);
  const note = await mustCall("POST", `/v1/patients/${patient}/records`, {
    as: users["of the care team"] as string,
    body: { kind: "note", title: "t", text: "t" },
  });
  Object.assign(ids, {
    patientId: patient,
    appointmentId: booked.id,
    holdId: hold.id,
    seriesId: series.id,
    waitlistId: waiting.id,
    recordId: note.id,
    purpose: "research",
  });
});

/** What the page says: whether that role, standing so, may use the route on that patient. */
function isAllowed(route: NamedRoute, role: Role, relation: string | undefined): boolean {
  const suffices = (name: DataClass) =>
    page.get(`${role} ${name} ${actionOf(route)}`)?.some((each) => each === relation) ?? false;
  return route.shows.every(suffices);
}

/** Asks about the patient with what does not exist besides, so that nothing is changed: beyond the door the answer is not 200. */
function ask(route: NamedRoute, as: string, headers: Record<string, string> = {}) {
  const { body, headers: given } = validInput(route);
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? validId(name));
  return call(route.method, path, { as, body, headers: { ...given, "if-match": '"99"', ...headers } });
}

function validId(name: string): string {
  const prefix = { practitionerId: "prc", proxyId: "pat" }[name] ?? name.slice(0, 3);
  return `${prefix}_0000000000000000000000`;
}

describe.each(ofPatients.map((route) => ({ name: route.name, route })))("$name", ({ route }) => {
  it.each(standings)("for %s as %s", async (standing, role, relation) => {
    const { status, body } = await ask(route, users[standing] as string);
    const allowed = (route.allow as readonly string[]).includes(role);
    if (!allowed) expect({ status, code: body.code }).toEqual({ status: 403, code: "role-not-allowed" });
    else if (!isAllowed(route, role, relation)) expect(status).toBe(404);
    // Past the door: what is asked for is there, or what it names besides is not, or its state forbids the change.
    else if (actionOf(route) === "read") expect([200, 202, 404]).toContain(status);
    else expect([200, 201, 204, 400, 403, 404, 409, 412, 422]).toContain(status);
    if (isAllowed(route, role, relation) && allowed && actionOf(route) === "read" && !route.path.includes("document"))
      expect(status).toBe(route.answer.status);
  });

  it("for the staff of the other clinic is 404, whatever their role", async () => {
    for (const as of ["admin@other.clinic", "desk@other.clinic", "dr.okafor@other.clinic", "privacy@other.clinic"]) {
      const { status } = await ask(route, as);
      expect([403, 404]).toContain(status);
    }
  });
});

describe("the rules and the routes", () => {
  it("agree: a role that a route allows may stand in some relation that suffices, and the other way round", () => {
    for (const route of ofPatients) {
      const able = roles.filter((role) => relations.some((relation) => isAllowed(route, role, relation)));
      const missing = (route.allow as readonly Role[]).filter((role) => !able.includes(role));
      expect({ route: route.name, missing }).toEqual({ route: route.name, missing: [] });
    }
  });

  it("would be missed, each rule: without it some route answers another way, and this matrix goes red", () => {
    const unmissed = roles.flatMap((role) =>
      Object.entries(rules[role]).flatMap(([name, byAction]) =>
        Object.entries(byAction as Record<string, readonly string[]>).flatMap(([action, its]) =>
          its
            .filter((relation) => {
              const concerned = ofPatients.some(
                (route) =>
                  route.shows.includes(name as DataClass) &&
                  actionOf(route) === action &&
                  (route.allow as readonly string[]).includes(role) &&
                  isAllowed(route, role, relation),
              );
              // Settings are nobody's data: their routes name the roles, and the matrix of roles tells.
              return !concerned && name !== "settings" && name !== "sensitive";
            })
            .map((relation) => `${role} ${name} ${action} ${relation}`),
        ),
      ),
    );
    expect(unmissed).toEqual([]);
  });
});
