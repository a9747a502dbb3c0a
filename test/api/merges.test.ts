import { beforeAll, describe, expect, it } from "vitest";
import { expectAlike } from "../support/alike.ts";
import { call, mustCall } from "../support/client.ts";
import { type FullLife, newFullLife, now, soon, toldOf, whose } from "../support/life.ts";
import { newUser } from "../support/members.ts";
import { merge, merged, parted, readMerge, undo } from "../support/merges.ts";
import { scan } from "../support/scanner.ts";
import { admin, desk, lindqvist, newPatient, newPatients, newScene, okafor, privacy, treat } from "../support/world.ts";

const clinic = "cln_DemoClinic000000000001";
const nobody = "pat_0000000000000000000000";

const search = async (query: string): Promise<string[]> => {
  const { items } = await mustCall("GET", `/v1/patients?${query}`, { as: desk });
  return items.map(({ id }: { id: string }) => id);
};

describe("a merge", () => {
  let life: FullLife;
  let into: string;
  let before: unknown;
  let id: string;

  beforeAll(async () => {
    life = await newFullLife();
    into = await newPatient({ name: { family: life.values.family, given: ["Survivor"] } });
    before = await toldOf(life.patient, life);
    id = await merged(life.patient, into);
  });

  it("brings over one of everything, as it was", async () => {
    expect(await toldOf(into, life)).toEqual(before);
    expect(JSON.stringify(before)).toContain(life.values.note);
    expect(new Set(await whose(life))).toEqual(new Set([into]));
  });

  it("is told with who was merged, by whom and why, and until when it can be undone", async () => {
    expect(await readMerge(id)).toMatchObject({
      id,
      from: life.patient,
      into,
      status: "merged",
      reason: "Registered twice",
      at: now,
      undoUntil: "2027-03-03T10:00:00Z",
      done: [
        "waitlist",
        "holds",
        "appointments",
        "records",
        "documents",
        "consents",
        "calendar-feeds",
        "access",
        "day-book",
      ],
      was: { id: life.patient, mrn: life.values.mrn },
    });
  });

  it("leaves the survivor's demographics as they are, and searches find nobody but them", async () => {
    expect(await mustCall("GET", `/v1/patients/${into}`, { as: desk })).toMatchObject({
      name: { family: life.values.family, given: ["Survivor"] },
      version: 1,
    });
    expect(await search(`name=${life.values.family}`)).toEqual([into]);
    for (const query of [`mrn=${life.values.mrn}`, `email=${life.values.email}`])
      expect(await search(query)).toEqual([]);
  });

  it("lets the document open under the new id, and the time be that of the survivor", async () => {
    const path = `/v1/patients/${into}/documents/${life.document}`;
    // The scanner knows the file by where it was sent to.
    await scan(`/v1/patients/${life.patient}/documents/${life.document}`, "NO_THREATS_FOUND");
    const { url } = await mustCall("GET", `${path}/download`, { as: okafor });
    expect(await (await fetch(url)).text()).toContain(life.values.note);
    const { practitioner, service, appointment } = life;
    const other = await newScene();
    const taken = { patient: into, practitioner: other.practitioner, service: other.service, start: appointment.start };
    const refused = await call("POST", "/v1/appointments", { as: desk, at: soon, body: taken });
    expect(refused.body).toMatchObject({ status: 409, code: "slot-taken" });
    const moved = { start: "2027-06-20T09:00:00Z" };
    const next = { as: desk, at: soon, headers: { "if-match": `"${appointment.version}"` }, body: moved };
    const there = await call("POST", `/v1/appointments/${appointment.id}/reschedule`, next);
    expect(there.body).toMatchObject({ patient: into, practitioner, service, ...moved });
    expect((await call("POST", "/v1/appointments", { as: desk, at: soon, body: taken })).status).toBe(201);
  });

  it("makes its user the survivor, whose calendar the feed shows", async () => {
    const own = { as: life.user.email, at: soon };
    await expect.poll(async () => (await call("GET", "/v1/appointments", own)).status).toBe(200);
    expect((await call("GET", `/v1/patients/${into}`, own)).status).toBe(200);
    const calendar = await call("GET", new URL(life.feed.url).pathname, { at: soon });
    expect(calendar.body).toContain(life.series.occurrences[0].appointment);
  });

  it("is in the audit trail of both; what was done before is found by the old id", async () => {
    for (const patient of [life.patient, into]) {
      const { items } = await mustCall("GET", `/v1/audit?patient=${patient}&action=patient.merge`, { as: privacy });
      expect(items).toMatchObject([{ patient, target: id, outcome: "granted" }]);
    }
    const { items } = await mustCall("GET", `/v1/audit?patient=${life.patient}&action=patient.register`, {
      as: privacy,
    });
    expect(items).toHaveLength(1);
  });
});

describe("a patient who was merged", () => {
  let gone: string;
  let into: string;
  let mergeId: string;

  beforeAll(async () => {
    [gone, into] = [await newPatient(), await newPatient()];
    await treat(gone);
    mergeId = (await merge(gone, into)).body.id;
  });

  /** Every way to ask for a patient: by the path, the query and the body. */
  const ways: [method: string, path: (id: string) => string, body: (id: string) => object | undefined, as: string][] = [
    ["GET", (id) => `patients/${id}`, () => undefined, desk],
    ["PATCH", (id) => `patients/${id}`, () => ({ active: false }), desk],
    ["GET", (id) => `patients/${id}/duplicates`, () => undefined, desk],
    ["GET", (id) => `patients/${id}/care-team`, () => undefined, desk],
    ["GET", (id) => `patients/${id}/proxies`, () => undefined, desk],
    ["GET", (id) => `patients/${id}/consents`, () => undefined, desk],
    ["PUT", (id) => `patients/${id}/consents/research`, () => ({ given: true, wording: "1" }), desk],
    ["GET", (id) => `patients/${id}/retention`, () => undefined, privacy],
    ["GET", (id) => `patients/${id}/audit`, () => undefined, privacy],
    ["GET", (id) => `patients/${id}/disclosures`, () => undefined, privacy],
    ["POST", (id) => `patients/${id}/erase`, () => ({ reason: "x" }), privacy],
    ["PUT", (id) => `patients/${id}/legal-hold`, () => ({ reason: "x" }), privacy],
    ["POST", (id) => `patients/${id}/records`, () => ({ kind: "note", title: "t", text: "t" }), admin],
    ["POST", (id) => `patients/${id}/break-glass`, () => ({ reason: "Unconscious on arrival" }), lindqvist],
    ["GET", (id) => `appointments?patient=${id}`, () => undefined, desk],
    ["GET", (id) => `waitlist?patient=${id}`, () => undefined, desk],
    ["POST", () => "calendar-feeds", (patient) => ({ patient }), desk],
    ["POST", (id) => `patients/${id}/merge`, () => ({ into: nobody, reason: "x" }), desk],
    ["POST", () => `patients/${nobody}/merge`, (other) => ({ into: other, reason: "x" }), desk],
  ];

  it.each(ways.map(([method, path, body, as]) => ({ way: `${method} ${path("{id}")}`, method, path, body, as })))(
    "is answered 410 with the survivor: $way",
    async ({ method, path, body, as }) => {
      const headers: Record<string, string> = method === "PATCH" ? { "if-match": '"1"' } : {};
      const answer = await call(method, `/v1/${path(gone)}`, { as, at: now, headers, body: body(gone) });
      expect(answer.body).toMatchObject({ status: 410, code: "patient-merged", patient: into, merge: mergeId });
    },
  );

  it("cannot be booked, held or waited for: 410, and nothing lands", async () => {
    const { practitioner, service } = await newScene();
    const start = "2027-06-01T09:00:00Z";
    const window = { from: "2027-07-01T00:00:00Z", to: "2027-07-02T00:00:00Z" };
    for (const [path, body] of [
      ["appointments", { practitioner, service, start }],
      ["series", { practitioner, service, start, rule: "FREQ=WEEKLY;COUNT=2" }],
      ["holds", { practitioner, service, start }],
      ["waitlist", { service, ...window }],
      ["past-appointments", { practitioner, service, start: "2020-06-01T09:00:00Z", end: "2020-06-01T10:00:00Z" }],
    ] as const) {
      const answer = await call("POST", `/v1/${path}`, { as: admin, at: now, body: { patient: gone, ...body } });
      expect(answer.body, path).toMatchObject({ status: 410, code: "patient-merged", patient: into });
    }
    const free = { as: desk, at: now, body: { patient: into, practitioner, service, start } };
    expect((await call("POST", "/v1/appointments", free)).status).toBe(201);
  });

  it("does not exist for whoever may not see the survivor, byte for byte", async () => {
    const proxy = await newPatient();
    const other = (await newUser({ clinic, role: "patient", person: proxy })).email;
    const notFound = { status: 404, code: "not-found" };
    for (const as of [other, "desk@other.clinic", lindqvist]) {
      const of = (id: string) => call("GET", `/v1/patients/${id}`, { as });
      expect(await expectAlike(of(gone), of(nobody)), as).toEqual(notFound);
    }
    const held = (patient: string) =>
      call("POST", "/v1/appointments", { as: other, body: { hold: "hld_0000000000000000000000", patient } });
    expect(await expectAlike(held(gone), held(nobody))).toEqual(notFound);
  });

  it("is a refusal in the audit trail, under the old id", async () => {
    await call("GET", `/v1/patients/${gone}`, { as: desk });
    const { items } = await mustCall("GET", `/v1/audit?patient=${gone}&action=patient.read`, { as: privacy });
    expect(items[0]).toMatchObject({ patient: gone, outcome: "refused", code: "patient-merged" });
  });

  it("is told by the last of a chain of merges, each of which is undone after the later ones", async () => {
    const [a, b, c] = (await newPatients(3)) as [string, string, string];
    await treat(a);
    const note = { kind: "note", title: "t", text: "t" };
    const { id } = await mustCall("POST", `/v1/patients/${a}/records`, { as: okafor, body: note });
    const first = await merged(a, b);
    const second = await merged(b, c);
    const told = await call("GET", `/v1/patients/${a}`, { as: desk });
    expect(told.body).toMatchObject({ status: 410, patient: c, merge: first });
    expect((await undo(first)).body).toMatchObject({ status: 409, code: "into-merged", existing: second });
    expect((await call("GET", `/v1/patients/${c}/records/${id}`, { as: okafor })).body.patient).toBe(c);
    await parted(second);
    expect((await call("GET", `/v1/patients/${b}/records/${id}`, { as: okafor })).body.patient).toBe(b);
    await parted(first);
    expect((await call("GET", `/v1/patients/${a}/records/${id}`, { as: okafor })).body.patient).toBe(a);
  });
});
