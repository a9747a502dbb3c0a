import { beforeAll, describe, expect, it } from "vitest";
import { type Action, actionOf, type Relation, relations, rules } from "../../functions/access/rules.ts";
import { api, type NamedRoute } from "../../functions/api.ts";
import { type DataClass, type Role, roles } from "../../functions/kernel/route.ts";
import { call, mustCall } from "../support/client.ts";
import { startInProcess } from "../support/in-process.ts";
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

const labels = ["substance-use"];
const labelledNote = { kind: "note", title: "Labelled", text: "t", labels };

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
  await mustCall("PUT", `/v1/patients/${patient}/care-team/${treating}`, { as: admin, body: { labels } });
  const consent = { by: "patient", at: "2026-01-01T00:00:00Z" };
  await mustCall("PUT", `/v1/patients/${patient}/proxies/${proxy}`, {
    as: desk,
    body: { relationship: "carer", consent, labels },
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
  // By nobody whom the matrix asks as: an author sees what they wrote.
  await mustCall("POST", `/v1/patients/${patient}/records`, { as: admin, body: labelledNote });
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
function ask(route: NamedRoute, as: string, url?: string) {
  const { body, headers } = validInput(route);
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? validId(name));
  return call(route.method, path, { as, body, headers: { ...headers, "if-match": '"99"' }, ...(url ? { url } : {}) });
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

  it("agree on settings, which are nobody's data: their routes name the roles", () => {
    const named = api
      .filter(({ shows, allow }) => shows.includes("settings") && Array.isArray(allow))
      .flatMap((route) => (route.allow as Role[]).map((role) => `${role} settings ${actionOf(route)}`));
    const ruled = [...page.keys()].filter((rule) => rule.includes(" settings "));
    expect([...new Set(named)].sort()).toEqual(ruled.sort());
  });
});

const everyRule = roles.flatMap((role) =>
  (Object.entries(rules[role]) as [DataClass, Partial<Record<Action, Relation[]>>][])
    .filter(([name]) => name !== "settings")
    .flatMap(([name, its]) =>
      (Object.entries(its) as [Action, Relation[]][]).flatMap(([action, allowed]) =>
        allowed.map((relation) => ({ role, name, action, relation })),
      ),
    ),
);

/** Each rule is taken out of the running policy, and the same is asked by HTTP as above. */
describe("without the rule", () => {
  let inProcess: Awaited<ReturnType<typeof startInProcess>>;

  beforeAll(async () => {
    inProcess = await startInProcess();
    return () => inProcess.close();
  });

  it.each(everyRule)("that $role may $action $name as $relation nothing that needs it is answered", async (rule) => {
    const { role, name, action, relation } = rule;
    const standing = standings.find((each) => each[1] === role && each[2] === relation)?.[0] ?? "";
    const asks = name === "sensitive" ? [() => askLabelled(action, users[standing])] : asksOf(rule, users[standing]);
    const letIn = [];
    for (const each of asks) if (await each()) letIn.push(each);
    expect(letIn.length).toBeGreaterThan(0);
    const policy = rules[role][name] as Partial<Record<Action, readonly Relation[]>>;
    const allowed = policy[action] ?? [];
    policy[action] = allowed.filter((each) => each !== relation);
    try {
      for (const each of letIn) expect(await each()).toBe(false);
    } finally {
      policy[action] = allowed;
    }
  });

  /** Whether each route that needs the rule lets its caller in. */
  const asksOf = ({ role, name, action, relation }: (typeof everyRule)[number], as = "") =>
    ofPatients
      .filter((route) => route.shows.includes(name) && actionOf(route) === action && isAllowed(route, role, relation))
      .filter(({ allow }) => (allow as readonly string[]).includes(role))
      .map((route) => async () => (await ask(route, as, inProcess.url)).status !== 404);

  /** Whether what is labelled is there to be read, or may be written. */
  async function askLabelled(action: Action, as = ""): Promise<boolean> {
    const path = `/v1/patients/${ids["patientId"]}/records`;
    const { url } = inProcess;
    if (action === "write") return (await call("POST", path, { as, url, body: labelledNote })).status === 201;
    const { items } = await mustCall("GET", path, { as, url });
    return items.some(({ title }: { title: string }) => title === labelledNote.title);
  }
});
