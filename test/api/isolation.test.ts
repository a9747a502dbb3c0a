import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { api, type NamedRoute } from "../../functions/api.ts";
import { expectAlike } from "../support/alike.ts";
import { type Asked, call, mustCall, signIn } from "../support/client.ts";
import { askedBy, startInProcess } from "../support/in-process.ts";
import { validInput } from "../support/inputs.ts";
import { newClinic, newUser } from "../support/members.ts";
import { admin, desk, newPatient, newScene, okafor, privacy } from "../support/world.ts";

const demo = "cln_DemoClinic000000000001";
const other = "cln_OtherClinic00000000001";
const elsewhere = {
  admin: "admin@other.clinic",
  "front-desk": "desk@other.clinic",
  practitioner: "dr.okafor@other.clinic",
  patient: "ana@other.clinic",
  "privacy-officer": "privacy@other.clinic",
} as const;
const day = "from=2027-06-01T00:00:00Z&to=2027-06-02T00:00:00Z";
const start = "2027-06-01T09:00:00Z";

/** The ids of one of each thing, by the name that a path's parameter has. */
const kinds = {
  patientId: "pat",
  practitionerId: "prc",
  timeOffId: "off",
  serviceId: "svc",
  appointmentId: "apt",
  seriesId: "ser",
  recordId: "rec",
  documentId: "doc",
  locationId: "loc",
  resourceId: "res",
  holdId: "hld",
  waitlistId: "wtl",
  feedId: "fed",
  erasureId: "era",
  mergeId: "mrg",
  exportId: "exp",
  proxyId: "pat",
  purpose: "",
} as const;
type Ids = Record<keyof typeof kinds, string>;

/** What is there in the demo clinic, all of it about one patient. */
let theirs: Ids;
/** What is nowhere. */
const none = {
  ...Object.fromEntries(Object.entries(kinds).map(([name, prefix]) => [name, `${prefix}_0000000000000000000000`])),
  purpose: "research",
} as Ids;

beforeAll(async () => {
  const { patient, practitioner, service } = await newScene();
  const booking = { patient, practitioner, service, start };
  const off = { start: "2027-06-02T09:00:00Z", end: "2027-06-02T10:00:00Z", reason: "secret" };
  const note = { kind: "note", title: "secret", text: "secret" };
  const held = { patient, practitioner, service, start: "2027-06-03T09:00:00Z" };
  const waiting = { patient, service, from: "2027-06-04T00:00:00Z", to: "2027-06-05T00:00:00Z" };
  const [location, resource, hold, waitlist, feed, exported, erasure] = await Promise.all([
    mustCall("POST", "/v1/locations", { as: admin, body: { name: "secret", zone: "UTC" } }),
    mustCall("POST", "/v1/resources", { as: admin, body: { name: "secret", kind: "room" } }),
    mustCall("POST", "/v1/holds", { as: desk, body: held }),
    mustCall("POST", "/v1/waitlist", { as: desk, body: waiting }),
    mustCall("POST", "/v1/calendar-feeds", { as: desk, body: { patient } }),
    mustCall("POST", `/v1/patients/${patient}/export`, { as: okafor, body: { purpose: "access" } }),
    mustCall("POST", `/v1/patients/${patient}/erase`, { as: privacy, body: { reason: "secret" } }),
  ]);
  const [into, from] = [await newPatient(), await newPatient()];
  const merge = await mustCall("POST", `/v1/patients/${from}/merge`, { as: desk, body: { into, reason: "secret" } });
  const recurring = { patient, practitioner, service, start: "2027-06-04T09:00:00Z", rule: "FREQ=WEEKLY;COUNT=2" };
  const scan = { title: "secret", contentType: "text/plain", size: 6, sha256: `${"A".repeat(43)}=` };
  const [appointment, series, timeOff, record, document] = await Promise.all([
    mustCall("POST", "/v1/appointments", { as: desk, body: booking }),
    mustCall("POST", "/v1/series", { as: desk, body: recurring }),
    mustCall("POST", `/v1/practitioners/${practitioner}/time-off`, { as: desk, body: off }),
    mustCall("POST", `/v1/patients/${patient}/records`, { as: okafor, body: note }),
    mustCall("POST", `/v1/patients/${patient}/documents`, { as: okafor, body: scan }),
  ]);
  theirs = {
    patientId: patient,
    practitionerId: practitioner,
    serviceId: service,
    appointmentId: appointment.id,
    seriesId: series.id,
    timeOffId: timeOff.id,
    recordId: record.id,
    documentId: document.id,
    locationId: location.id,
    resourceId: resource.id,
    holdId: hold.id,
    waitlistId: waitlist.id,
    feedId: feed.id,
    erasureId: erasure.id,
    mergeId: merge.id,
    exportId: exported.id,
    proxyId: patient,
    purpose: "research",
  };
});

const pathOf = (route: NamedRoute, ids: Ids) => route.path.replaceAll(/\{(\w+)\}/g, (_, name: keyof Ids) => ids[name]);

function askFor(route: NamedRoute, ids: Ids, asked: Asked) {
  const { body, headers } = validInput(route);
  return call(route.method, pathOf(route, ids), { body, ...asked, headers: { ...headers, ...asked.headers } });
}

const notFound = { status: 404, code: "not-found" };
const withId = api
  .filter(({ path, allow }) => path.includes("{") && allow !== "public")
  .map((route) => ({ name: route.name, route }));

const json = { "content-type": "application/json" };
let inProcess: Awaited<ReturnType<typeof startInProcess>>;

beforeAll(async () => {
  inProcess = await startInProcess();
  return () => inProcess.close();
});

describe("staff of another clinic", () => {
  it.each(withId)("get for its id from $name what they get for one that is nowhere", async ({ route }) => {
    const roles = (route.allow as (keyof typeof elsewhere)[]).filter((role) => role !== "patient");
    for (const role of roles) {
      const as = elsewhere[role];
      expect(await expectAlike(askFor(route, theirs, { as }), askFor(route, none, { as })), role).toEqual(notFound);
    }
  });

  it.each(withId)("get for an id that is none from $name the same", async ({ route }) => {
    const as = elsewhere[(route.allow as (keyof typeof elsewhere)[])[0] as keyof typeof elsewhere];
    const malformed = Object.fromEntries(Object.keys(none).map((name) => [name, "x"])) as Ids;
    expect(await expectAlike(askFor(route, malformed, { as }), askFor(route, none, { as }))).toEqual(notFound);
  });

  it.each(withId)("cost the tables as much for its id from $name as for one that is nowhere", async ({ route }) => {
    const as = elsewhere[(route.allow as (keyof typeof elsewhere)[])[0] as keyof typeof elsewhere];
    const { AccessToken } = await signIn(as);
    const ask = async (ids: Ids) => {
      const { body, headers } = validInput(route);
      const answer = await fetch(`${inProcess.url}${pathOf(route, ids)}`, {
        method: route.method,
        headers: { "idempotency-key": randomUUID(), authorization: `Bearer ${AccessToken}`, ...headers, ...json },
        body: body ? JSON.stringify(body) : null,
      });
      expect(answer.status).toBe(404);
    };
    // A membership and a clinic's keys are remembered for a second or two, and asked for now and then.
    await vi.waitFor(async () => {
      const asked = await askedBy(() => ask(none));
      expect(asked).not.toEqual({});
      expect(await askedBy(() => ask(theirs))).toEqual(asked);
    });
  });

  it("change nothing by asking", async () => {
    const patient = await newPatient();
    const path = `/v1/patients/${patient}`;
    const seen = await mustCall("GET", path, { as: desk });
    await call("PATCH", path, { as: elsewhere["front-desk"], body: { active: false }, headers: { "if-match": '"1"' } });
    expect(await mustCall("GET", path, { as: desk })).toEqual(seen);
  });

  it("get for its ids in a booking what they get for ones that are nowhere", async () => {
    const as = elsewhere["front-desk"];
    const ours = await ownOf(elsewhere.admin);
    const book = (wish: object) => call("POST", "/v1/appointments", { as, body: { ...ours, start, ...wish } });
    for (const [name, one, two] of inBody())
      expect(await expectAlike(book({ [name]: one }), book({ [name]: two })), name).toEqual(notFound);
    expect((await book({})).status).toBe(201);
  });

  it("get for its ids in a series what they get for ones that are nowhere", async () => {
    const as = elsewhere["front-desk"];
    const ours = { ...(await ownOf(elsewhere.admin)), start, rule: "FREQ=WEEKLY;COUNT=2" };
    const book = (wish: object) => call("POST", "/v1/series", { as, body: { ...ours, ...wish } });
    for (const [name, one, two] of inBody())
      expect(await expectAlike(book({ [name]: one }), book({ [name]: two })), name).toEqual(notFound);
    expect((await book({})).status).toBe(201);
  });

  it("get for its ids in a visit of the past what they get for ones that are nowhere", async () => {
    const ours = await ownOf(elsewhere.admin);
    const past = { ...ours, start: "2020-06-01T09:00:00Z", end: "2020-06-01T10:00:00Z" };
    const write = (wish: object) =>
      call("POST", "/v1/past-appointments", { as: elsewhere.admin, body: { ...past, ...wish } });
    for (const [name, one, two] of [...inBody(), ["location", theirs.locationId, none.locationId] as const])
      expect(await expectAlike(write({ [name]: one }), write({ [name]: two })), name).toEqual(notFound);
    expect((await write({})).status).toBe(201);
  });

  it("cannot say that somebody works at a location of theirs", async () => {
    const add = (location: string) =>
      call("POST", "/v1/practitioners", {
        as: elsewhere.admin,
        body: { name: { text: "Dr. Elsewhere" }, locations: [location] },
      });
    expect(await expectAlike(add(theirs.locationId), add(none.locationId))).toEqual({
      status: 422,
      code: "unknown-location",
    });
  });

  it("cannot move an appointment of theirs to its practitioner", async () => {
    const as = elsewhere["front-desk"];
    const { id } = await mustCall("POST", "/v1/appointments", {
      as,
      body: { ...(await ownOf(elsewhere.admin)), start },
    });
    const move = (practitioner: string) =>
      call("POST", `/v1/appointments/${id}/reschedule`, { as, body: { start, practitioner } });
    expect(await expectAlike(move(theirs.practitionerId), move(none.practitionerId))).toEqual(notFound);
  });

  it("cannot have its practitioner offer a service of theirs", async () => {
    const add = (practitioner: string) =>
      call("POST", "/v1/services", {
        as: elsewhere.admin,
        body: { name: "x", durationMinutes: 30, practitioners: [practitioner] },
      });
    const refused = { status: 422, code: "unknown-practitioner" };
    expect(await expectAlike(add(theirs.practitionerId), add(none.practitionerId))).toEqual(refused);
    const { service } = await ownOf(elsewhere.admin);
    const change = (practitioner: string) => {
      const asked = { as: elsewhere.admin, body: { practitioners: [practitioner] }, headers: { "if-match": '"1"' } };
      return call("PATCH", `/v1/services/${service}`, asked);
    };
    expect(await expectAlike(change(theirs.practitionerId), change(none.practitionerId))).toEqual(refused);
  });

  it("cannot write a record about its appointment", async () => {
    const body = { name: { text: "Own" } };
    const { id: patient } = await mustCall("POST", "/v1/patients", { as: elsewhere.practitioner, body });
    const write = (appointment: string) => {
      const body = { kind: "note", title: "x", text: "x", appointment };
      return call("POST", `/v1/patients/${patient}/records`, { as: elsewhere.practitioner, body });
    };
    const refused = { status: 422, code: "unknown-appointment" };
    expect(await expectAlike(write(theirs.appointmentId), write(none.appointmentId))).toEqual(refused);
  });

  it.each(["patient", "practitioner"] as const)("get for its %s in the list of appointments a 404", async (name) => {
    const list = (id: string) => call("GET", `/v1/appointments?${name}=${id}`, { as: elsewhere["front-desk"] });
    expect(await expectAlike(list(theirs[`${name}Id`]), list(none[`${name}Id`]))).toEqual(notFound);
  });

  it("get for its patient beside a practitioner of their own a 404 too, and the other way round", async () => {
    const ours = await ownOf(elsewhere.admin);
    const list = (query: string) => call("GET", `/v1/appointments?${query}`, { as: elsewhere["front-desk"] });
    expect((await list(`patient=${theirs.patientId}&practitioner=${ours.practitioner}`)).status).toBe(404);
    expect((await list(`patient=${ours.patient}&practitioner=${theirs.practitionerId}`)).status).toBe(404);
  });

  it("get for its service or practitioner in a search of open times a 404", async () => {
    const { service } = await ownOf(elsewhere.admin);
    const search = (query: string) => call("GET", `/v1/availability?${day}&${query}`, { as: elsewhere["front-desk"] });
    const byService = (id: string) => search(`service=${id}`);
    const byPractitioner = (id: string) => search(`service=${service}&practitioner=${id}`);
    expect(await expectAlike(byService(theirs.serviceId), byService(none.serviceId))).toEqual(notFound);
    expect(await expectAlike(byPractitioner(theirs.practitionerId), byPractitioner(none.practitionerId))).toEqual(
      notFound,
    );
  });

  it("are not let in by naming the clinic, be it there or not", async () => {
    const as = elsewhere.admin;
    const ask = (clinic: string) =>
      call("GET", `/v1/patients/${theirs.patientId}`, { as, headers: { "praxis-clinic": clinic } });
    const refused = { status: 403, code: "not-a-member" };
    expect(await expectAlike(ask(demo), ask("cln_0000000000000000000000"))).toEqual(refused);
    expect(await expectAlike(ask(demo), ask("anything"))).toEqual(refused);
    expect(await expectAlike(ask(demo), ask(""))).toEqual(refused);
    expect((await ask(other)).status).toBe(404);
  });

  it("see nothing of it in any list", async () => {
    const { desk: as } = await newClinic();
    for (const path of ["/v1/patients", "/v1/practitioners", "/v1/services"])
      expect(await mustCall("GET", path, { as })).toEqual({ items: [] });
  });
});

/** The kinds of ids that a booking holds: the demo clinic's, and one that is nowhere. */
function inBody(): [name: string, one: string, two: string][] {
  return (["patient", "practitioner", "service"] as const).map((name) => [
    name,
    theirs[`${name}Id`],
    none[`${name}Id`],
  ]);
}

/** A patient, a practitioner who is always there, and their service, in the clinic of an admin. */
async function ownOf(as: string) {
  const name = { text: "Own" };
  const [{ id: patient }, { id: practitioner }] = await Promise.all([
    mustCall("POST", "/v1/patients", { as, body: { name } }),
    mustCall("POST", "/v1/practitioners", { as, body: { name } }),
  ]);
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  const schedule = { zone: "UTC", windows: [{ days, start: "00:00", end: "00:00" }] };
  await mustCall("PUT", `/v1/practitioners/${practitioner}/schedule`, {
    as,
    body: schedule,
    headers: { "if-match": '"1"' },
  });
  const body = { name: "Own", durationMinutes: 30, practitioners: [practitioner] };
  const { id: service } = await mustCall("POST", "/v1/services", { as, body });
  return { patient, practitioner, service };
}

describe("a patient", () => {
  let me: string;
  let as: string;

  beforeAll(async () => {
    me = await newPatient();
    as = (await newUser({ clinic: demo, role: "patient", person: me })).email;
  });

  /** What belongs to one patient: of all else a patient may see what anyone may. */
  const personal = withId.filter(({ route }) =>
    /\{(patient|appointment|series|feed|hold|waitlist)Id\}/.test(route.path),
  );

  it.each(personal)("gets for another's id from $name what they get for one that is nowhere", async ({ route }) => {
    const answered = await expectAlike(askFor(route, theirs, { as }), askFor(route, none, { as }));
    const mayAsk = (route.allow as readonly string[]).includes("patient");
    expect(answered).toEqual(mayAsk ? notFound : { status: 403, code: "role-not-allowed" });
  });

  it("gets it too for another's entry under their own name", async () => {
    const read = (ids: Ids) => call("GET", `/v1/patients/${me}/records/${ids.recordId}`, { as });
    expect(await expectAlike(read(theirs), read(none))).toEqual(notFound);
  });

  it("does not book for another", async () => {
    const { practitionerId: practitioner, serviceId: service } = theirs;
    const book = (patient: string) =>
      call("POST", "/v1/appointments", { as, body: { patient, practitioner, service, start: "2027-06-01T12:00:00Z" } });
    expect(await expectAlike(book(theirs.patientId), book(none.patientId))).toEqual(notFound);
  });

  it("does not list another's appointments, also not those with a practitioner", async () => {
    const list = (ids: Ids) => call("GET", `/v1/appointments?patient=${ids.patientId}`, { as });
    expect(await expectAlike(list(theirs), list(none))).toEqual(notFound);
    const withTheirs = await mustCall("GET", `/v1/appointments?practitioner=${theirs.practitionerId}`, { as });
    expect(withTheirs).toEqual({ items: [] });
  });

  it("sees themself, their appointments and their record", async () => {
    expect((await mustCall("GET", `/v1/patients/${me}`, { as })).id).toBe(me);
    for (const path of [`/v1/patients/${me}/records`, "/v1/appointments", `/v1/appointments?patient=${me}`])
      expect(await mustCall("GET", path, { as })).toEqual({ items: [] });
  });

  it("without being anybody sees nobody", async () => {
    const { email: nobody } = await newUser({ clinic: demo, role: "patient" });
    const paths = [
      `/v1/patients/${theirs.patientId}`,
      `/v1/patients/${theirs.patientId}/records`,
      `/v1/appointments/${theirs.appointmentId}`,
      `/v1/appointments?practitioner=${theirs.practitionerId}`,
      `/v1/appointments?patient=${theirs.patientId}`,
    ];
    for (const path of paths) expect((await call("GET", path, { as: nobody })).status, path).toBe(404);
  });
});

it("the demo clinic's own staff do find what the others did not", async () => {
  const { patientId, practitionerId, appointmentId, serviceId } = theirs;
  for (const path of [
    `/v1/patients/${patientId}`,
    `/v1/practitioners/${practitionerId}/time-off`,
    `/v1/appointments/${appointmentId}`,
    `/v1/services/${serviceId}`,
    `/v1/appointments?patient=${patientId}&practitioner=${practitionerId}`,
    `/v1/availability?${day}&service=${serviceId}&practitioner=${practitionerId}`,
  ])
    expect((await call("GET", path, { as: admin })).status, path).toBe(200);
});
