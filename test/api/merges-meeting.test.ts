import { randomUUID } from "node:crypto";
import { describe, expect, inject, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { now, soon } from "../support/life.ts";
import { newUser } from "../support/members.ts";
import { merge, merged, parted, readMerge, undo } from "../support/merges.ts";
import { tick } from "../support/workers.ts";
import {
  admin,
  desk,
  newPatient,
  newPatients,
  newPractitioner,
  newScene,
  okafor,
  privacy,
  treat,
} from "../support/world.ts";

/* Where what the one has meets what the other has. */

const consent = { by: "patient", at: "2026-01-01T00:00:00Z" };
const pair = async () => (await newPatients(2)) as [string, string];

/** Books a patient with a practitioner of their own. */
async function booked(patient: string, start = "2027-06-01T09:00:00Z", at = now) {
  const { practitioner, service } = await newScene(undefined, { slotIntervalMinutes: 15 });
  return mustCall("POST", "/v1/appointments", { as: desk, at, body: { patient, practitioner, service, start } });
}

describe("a merge is refused", () => {
  it("into the patient themselves, or with who is not there or is another clinic's", async () => {
    const [gone] = await pair();
    expect((await merge(gone, gone)).body).toMatchObject({ status: 422, code: "into-itself" });
    const { id: theirs } = await mustCall("POST", "/v1/patients", {
      as: "desk@other.clinic",
      body: { name: { text: "Elsewhere" } },
    });
    for (const other of ["pat_0000000000000000000000", theirs]) {
      expect((await merge(gone, other)).body).toMatchObject({ status: 404, code: "not-found" });
      expect((await merge(other, gone)).body).toMatchObject({ status: 404, code: "not-found" });
    }
    expect((await call("GET", `/v1/patients/${gone}`, { as: desk })).status).toBe(200);
  });

  it("under a legal hold or with an open erasure, of either", async () => {
    const [held, erased, other] = (await newPatients(3)) as [string, string, string];
    await mustCall("PUT", `/v1/patients/${held}/legal-hold`, { as: privacy, body: { reason: "x" } });
    const { id: existing } = await mustCall("POST", `/v1/patients/${erased}/erase`, {
      as: privacy,
      body: { reason: "x" },
    });
    for (const [gone, into] of [
      [held, other],
      [other, held],
    ] as const)
      expect((await merge(gone, into)).body).toMatchObject({ status: 409, code: "legal-hold" });
    for (const [gone, into] of [
      [erased, other],
      [other, erased],
    ] as const)
      expect((await merge(gone, into)).body).toMatchObject({ status: 409, code: "erasure-open", existing });
  });

  it("while either is being merged, or undone; nor is such a patient erased meanwhile", async () => {
    const [gone, into, other] = (await newPatients(3)) as [string, string, string];
    const { body } = await merge(gone, into);
    const open = { status: 409, code: "merge-open", existing: body.id };
    expect((await merge(other, into)).body).toMatchObject(open);
    expect((await merge(into, other)).body).toMatchObject(open);
    const erase = { as: privacy, at: now, body: { reason: "x" } };
    expect((await call("POST", `/v1/patients/${into}/erase`, erase)).body).toMatchObject(open);
    await tick("merges", soon);
    await parted(await merged(other, into));
  });

  it("where both have appointments at one time, naming them; and not where one was called off", async () => {
    const [gone, into] = await pair();
    const one = await booked(gone);
    const two = await booked(into, "2027-06-01T09:15:00Z");
    await booked(gone, "2027-06-01T11:00:00Z");
    const refused = await merge(gone, into);
    expect(refused.body).toMatchObject({ status: 409, code: "appointments-overlap" });
    expect([...refused.body.appointments].sort()).toEqual([one.id, two.id].sort());
    expect((await call("GET", `/v1/patients/${gone}`, { as: desk })).status).toBe(200);
    await mustCall("POST", `/v1/appointments/${two.id}/cancel`, {
      as: desk,
      at: now,
      headers: { "if-match": '"1"' },
      body: {},
    });
    await merged(gone, into);
    const { items } = await mustCall("GET", `/v1/appointments?patient=${into}`, { as: desk });
    expect(items).toHaveLength(3);
  });
});

describe("of two merges at once", () => {
  it("one is made", async () => {
    const [one, two] = await pair();
    const answers = await Promise.all([merge(one, two), merge(two, one), merge(one, two)]);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.every(({ status }) => [201, 409, 410].includes(status))).toBe(true);
    await tick("merges", soon);
    const there = await Promise.all([one, two].map((id) => call("GET", `/v1/patients/${id}`, { as: desk })));
    expect(there.map(({ status }) => status).sort()).toEqual([200, 410]);
  });

  it("sent twice with one Idempotency-Key, one is made, and answered twice", async () => {
    const [gone, into] = await pair();
    const headers = { "idempotency-key": randomUUID() };
    const first = await merge(gone, into, { headers });
    const again = await merge(gone, into, { headers });
    expect({ status: again.status, body: again.body }).toEqual({ status: 201, body: first.body });
  });
});

describe("what meets at one time", () => {
  it("is kept whole where the survivor is booked while the other's appointments are under way to them", async () => {
    const [gone, into] = await pair();
    const early = await booked(gone);
    const { body } = await merge(gone, into);
    const late = await booked(into, "2027-06-01T09:15:00Z");
    await tick("merges", soon);
    const of = async (patient: string) => {
      const { items } = await mustCall("GET", `/v1/appointments?patient=${patient}`, { as: desk });
      return items.map(({ id }: { id: string }) => id);
    };
    expect(await of(into)).toEqual([early.id, late.id]);
    await parted(body.id);
    expect([await of(gone), await of(into)]).toEqual([[early.id], [late.id]]);
    // Each takes time of their own patient's again, and nobody else's.
    const { practitioner, service } = await newScene(undefined, { slotIntervalMinutes: 15 });
    const wish = (patient: string, start: string) => ({ patient, practitioner, service, start });
    const book = (wished: object) => call("POST", "/v1/appointments", { as: desk, at: soon, body: wished });
    expect((await book(wish(gone, "2027-06-01T09:00:00Z"))).body.code).toBe("slot-taken");
    expect((await book(wish(gone, "2027-06-01T09:30:00Z"))).status).toBe(201);
  });

  it("is given back where it was only held, and the survivor has taken that time meanwhile", async () => {
    const [gone, into] = await pair();
    const { practitioner, service } = await newScene();
    const start = "2027-06-01T09:00:00Z";
    const hold = await mustCall("POST", "/v1/holds", {
      as: desk,
      at: now,
      body: { patient: gone, practitioner, service, start },
    });
    await merge(gone, into);
    await booked(into, start);
    await tick("merges", soon);
    expect((await mustCall("GET", `/v1/holds/${hold.id}`, { as: desk, at: soon })).status).toBe("released");
    const [other] = await pair();
    const free = { patient: other, practitioner, service, start };
    expect((await call("POST", "/v1/appointments", { as: desk, at: soon, body: free })).status).toBe(201);
  });

  it("can still be confirmed where it is held: the hold becomes the survivor's appointment", async () => {
    const [gone, into] = await pair();
    const { practitioner, service } = await newScene();
    const held = { patient: gone, practitioner, service, start: "2027-06-01T09:00:00Z" };
    const { id: hold } = await mustCall("POST", "/v1/holds", { as: desk, at: now, body: held });
    await merged(gone, into);
    const confirmed = await call("POST", "/v1/appointments", { as: desk, at: soon, body: { hold } });
    expect(confirmed.body).toMatchObject({ status: "booked", patient: into });
  });
});

describe("whoever is under way meanwhile", () => {
  it("lands with the survivor, or is refused: a booking that had begun before is not lost", async () => {
    const [gone, into] = await pair();
    const { practitioner, service } = await newScene();
    const starts = Array.from({ length: 12 }, (_, n) => `2027-09-${String(n + 1).padStart(2, "0")}T09:00:00Z`);
    const wishes = starts.map((start) => ({ patient: gone, practitioner, service, start }));
    const book = (body: object) => call("POST", "/v1/appointments", { as: desk, at: now, body });
    const [begun, ...answers] = await Promise.all([merge(gone, into), ...wishes.map(book)]);
    expect(begun.status).toBe(201);
    expect(answers.every(({ status }) => status === 201 || status === 410)).toBe(true);
    await tick("merges", soon);
    const made = answers.filter(({ status }) => status === 201).map(({ body }) => body.id);
    const { items } = await mustCall("GET", `/v1/appointments?patient=${into}`, { as: desk });
    expect(items.map(({ id }: { id: string }) => id).sort()).toEqual(made.sort());
  });

  it("changes an entry before it goes back or after, and never both", async () => {
    const [gone, into] = await pair();
    await treat(gone);
    const note = { kind: "note", title: "t", text: "t" };
    const write = () => mustCall("POST", `/v1/patients/${gone}/records`, { as: okafor, body: note });
    const entries = await Promise.all(Array.from({ length: 6 }, write));
    const id = await merged(gone, into);
    await undo(id);
    const amend = (entry: string) =>
      call("POST", `/v1/patients/${into}/records/${entry}/amend`, {
        as: okafor,
        at: soon,
        headers: { "if-match": '"1"' },
        body: { reason: "A slip", record: { ...note, text: "amended" } },
      });
    const [, ...amended] = await Promise.all([tick("merges", soon), ...entries.map((entry) => amend(entry.id))]);
    expect((await readMerge(id)).status).toBe("undone");
    for (const [n, { status }] of amended.entries()) {
      const { body } = await call("GET", `/v1/patients/${gone}/records/${entries[n].id}/history`, { as: okafor });
      expect(body.items).toHaveLength(status === 200 ? 2 : 1);
    }
  });

  it("does not take an appointment back that went to the other since it was read", async () => {
    const [gone, into] = await pair();
    const { id } = await booked(gone);
    const merging = await merged(gone, into);
    const change = await changeReadNow(id);
    await parted(merging);
    await expect(change()).rejects.toMatchObject({ code: "stale-version" });
    expect((await mustCall("GET", `/v1/appointments/${id}`, { as: desk })).patient).toBe(gone);
  });
});

/** A cancellation of an appointment as it is read now, to be written later; the stores read where the tables are as they are loaded. */
async function changeReadNow(id: string): Promise<() => Promise<void>> {
  const nobody = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  Object.assign(process.env, inject("backend").env, nobody);
  const [{ openKeyring }, { commitAll }, { cancel }, { changing, findVisit }] = await Promise.all([
    import("../../functions/kernel/keyring.ts"),
    import("../../functions/kernel/commit.ts"),
    import("../../functions/appointments/model.ts"),
    import("../../functions/appointments/store.ts"),
  ]);
  const clinic = "cln_DemoClinic000000000001";
  const seen = await findVisit(await openKeyring(clinic), id);
  if (!seen) throw new Error("there is no such appointment");
  const next = cancel(seen.visit, undefined, now);
  return () => commitAll(changing(clinic, seen, next, { user: "x", clinic, role: "front-desk" }));
}

describe("what both have", () => {
  it("of consents: all decisions are told in the order of time, and the latest counts", async () => {
    const [gone, into] = await pair();
    const decide = (patient: string, given: boolean, at: string) =>
      mustCall("PUT", `/v1/patients/${patient}/consents/research`, { as: desk, at, body: { given, wording: at } });
    await decide(into, true, "2027-01-01T10:00:00Z");
    await decide(gone, true, "2027-01-02T10:00:00Z");
    await decide(into, true, "2027-01-03T10:00:00Z");
    await decide(gone, false, "2027-01-04T10:00:00Z");
    // Decided at one instant: neither replaces the other.
    for (const patient of [gone, into])
      await mustCall("PUT", `/v1/patients/${patient}/consents/sharing`, {
        as: desk,
        at: now,
        body: { given: true, wording: "1" },
      });
    const told = async (patient: string) => {
      const { items } = await mustCall("GET", `/v1/patients/${patient}/consents/research/history`, { as: desk });
      const now = await mustCall("GET", `/v1/patients/${patient}/consents`, { as: desk });
      const stands = now.items.find(({ purpose }: { purpose: string }) => purpose === "research");
      return [
        items.map(({ wording }: { wording: string }) => wording.slice(8, 10)).join(),
        stands.wording.slice(8, 10),
      ];
    };
    const before = [await told(gone), await told(into)];
    const id = await merged(gone, into);
    expect(await told(into)).toEqual(["04,03,02,01", "04"]);
    expect((await mustCall("GET", `/v1/patients/${into}/consents/sharing/history`, { as: desk })).items).toHaveLength(
      2,
    );
    await parted(id);
    expect([await told(gone), await told(into)]).toEqual(before);
  });

  it("of proxies, both ways: who acted for the one acts for the survivor, and the survivor for whom the one acted", async () => {
    const [gone, into, carer, child] = (await newPatients(4)) as [string, string, string, string];
    const grant = (patient: string, proxy: string, relationship = "carer") =>
      mustCall("PUT", `/v1/patients/${patient}/proxies/${proxy}`, {
        as: desk,
        at: now,
        body: { relationship, consent },
      });
    await grant(gone, carer, "carer");
    await grant(into, carer, "partner");
    await grant(child, gone, "parent");
    // Nobody acts for themselves: the two were each other's.
    await grant(gone, into);
    await grant(into, gone);
    const proxies = async (patient: string) => {
      const { items } = await mustCall("GET", `/v1/patients/${patient}/proxies`, { as: desk, at: soon });
      return items.map((each: { proxy: string; relationship: string }) => `${each.proxy} ${each.relationship}`).sort();
    };
    const all = async () => Promise.all([gone, into, child].map((patient) => proxies(patient)));
    const before = await all();
    const user = (await newUser({ clinic: "cln_DemoClinic000000000001", role: "patient", person: into })).email;
    const id = await merged(gone, into);
    expect(await proxies(into)).toEqual([`${carer} partner`]);
    expect(await proxies(child)).toEqual([`${into} parent`]);
    expect((await call("GET", `/v1/patients/${child}`, { as: user, at: soon })).status).toBe(200);
    await parted(id);
    expect(await all()).toEqual(before);
    expect((await call("GET", `/v1/patients/${child}`, { as: user, at: soon })).status).toBe(404);
  });

  it("of the care team: the survivor's assignment stands unless it is over", async () => {
    const [gone, into] = await pair();
    const [both, over] = [await newPractitioner(), await newPractitioner()];
    const assign = (patient: string, practitioner: string, body: object) =>
      mustCall("PUT", `/v1/patients/${patient}/care-team/${practitioner}`, { as: admin, at: now, body });
    await assign(gone, both, { labels: ["mental-health"] });
    await assign(into, both, { labels: [] });
    await assign(gone, over, { labels: ["mental-health"] });
    await assign(into, over, { until: "2027-02-01T10:00:30Z" });
    const team = async (patient: string) => {
      const { items } = await mustCall("GET", `/v1/patients/${patient}/care-team`, { as: desk, at: soon });
      return Object.fromEntries(
        items.map((each: { practitioner: string; labels: string[] }) => [each.practitioner, each.labels]),
      );
    };
    const before = await team(gone);
    const id = await merged(gone, into);
    expect(await team(into)).toEqual({ [both]: [], [over]: ["mental-health"] });
    await parted(id);
    expect(await team(gone)).toEqual(before);
    expect(await team(into)).toEqual({ [both]: [] });
  });

  it("of counters and entries of the waitlist: they add up", async () => {
    const [gone, into] = await pair();
    await treat(into);
    const { service } = await newScene();
    const wait = (patient: string) =>
      mustCall("POST", "/v1/waitlist", {
        as: desk,
        at: now,
        body: { patient, service, from: "2027-07-01T00:00:00Z", to: "2027-07-01T00:10:00Z" },
      });
    const [theirs] = [await wait(gone), await wait(into)];
    for (const patient of [gone, into]) {
      const { id } = await booked(patient, "2027-01-05T09:00:00Z", "2027-01-01T09:00:00Z");
      const late = { as: desk, at: "2027-01-05T11:00:00Z", headers: { "if-match": '"1"' }, body: { status: "noshow" } };
      await mustCall("PUT", `/v1/appointments/${id}/status`, late);
    }
    const missed = async (patient: string) =>
      (await mustCall("GET", `/v1/patients/${patient}`, { as: okafor })).attendance.noShows;
    // They were missed at one time, which is past: both stay as they are.
    const id = await merged(gone, into);
    expect(await missed(into)).toBe(2);
    expect((await mustCall("GET", `/v1/waitlist?patient=${into}`, { as: desk })).items).toHaveLength(2);
    expect((await call("DELETE", `/v1/waitlist/${theirs.id}`, { as: desk, at: soon })).status).toBe(204);
    await parted(id);
    expect(await missed(into)).toBe(1);
    expect((await readMerge(id)).done).toHaveLength(9);
  });
});

it("a request repeated from before is answered as it was then", async () => {
  const headers = { "idempotency-key": randomUUID() };
  const registered = { as: desk, body: { name: { text: "Repeated" } }, headers };
  const first = await call("POST", "/v1/patients", registered);
  await merged(first.body.id, await newPatient());
  const again = await call("POST", "/v1/patients", registered);
  expect({ status: again.status, body: again.body }).toEqual({ status: 201, body: first.body });
});
