import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newUser } from "../support/members.ts";
import { dumpFamily } from "../support/tables.ts";
import { offerFor, settled, tick } from "../support/workers.ts";
import { admin, desk, newPatient, newPatients, newPractitioner, newService, stranger } from "../support/world.ts";

const clinic = "cln_DemoClinic000000000001";
const noon = "2027-05-01T12:00:00Z";
const atFour = (time: string, date = "2027-06-01") => `${date}T${time}:00Z`;

/** Hours on single days, and never else: `{ "2027-06-01": ["09:00", "10:00"] }`. */
const hoursOn = (days: Record<string, [start: string, end: string]>, zone = "UTC") => ({
  zone,
  windows: [],
  exceptions: Object.entries(days).map(([date, [start, end]]) => ({ date, windows: [{ start, end }] })),
});

/** A practitioner who receives patients for an hour, and a service of half an hour: two times in all. */
async function newHour(fields: object = {}) {
  const practitioner = await newPractitioner(hoursOn({ "2027-06-01": ["09:00", "10:00"] }));
  return { practitioner, service: await newService([practitioner], fields) };
}

type Hour = Awaited<ReturnType<typeof newHour>>;

const book = (hour: Hour, patient: string, time: string) =>
  mustCall("POST", "/v1/appointments", { as: desk, at: noon, body: { ...hour, patient, start: atFour(time) } });

/** The same hour with both of its times booked. */
async function newFullHour(fields: object = {}) {
  const hour = await newHour(fields);
  const [one = "", two = ""] = await newPatients(2);
  return { ...hour, booked: [await book(hour, one, "09:00"), await book(hour, two, "09:30")] };
}

interface Waiting {
  service: string;
  patient?: string;
  [wish: string]: unknown;
}

/** Each begins to wait a second after the one before, in the hour before noon. */
let begun = Date.parse("2027-05-01T11:00:00Z");
const nextMoment = () => {
  begun += 1000;
  return new Date(begun).toISOString();
};

/** Puts a patient on the list for the first half of June, and waits until what is open has been offered. */
async function wait({ patient, ...wish }: Waiting, asked: object = {}) {
  const window = { from: "2027-06-01T00:00:00Z", to: "2027-06-15T00:00:00Z" };
  const body = { patient: patient ?? (await newPatient()), ...window, ...wish };
  const { id } = await mustCall("POST", "/v1/waitlist", { as: desk, at: nextMoment(), body, ...asked });
  await settled();
  return id as string;
}

const read = (id: string) => mustCall("GET", `/v1/waitlist/${id}`, { as: desk });
const states = async (...ids: string[]) => (await Promise.all(ids.map(read))).map(({ status }) => status);
const cancel = async (appointment: { id: string } | undefined, at = noon) => {
  await mustCall("POST", `/v1/appointments/${appointment?.id}/cancel`, { as: desk, at, body: {} });
};
const accept = (hold: string, at = noon, as = desk) => call("POST", "/v1/appointments", { as, at, body: { hold } });
const decline = (hold: string, at = noon) => call("DELETE", `/v1/holds/${hold}`, { as: desk, at });
const change = (practitioner: string, schedule: object, version = 2) =>
  mustCall("PUT", `/v1/practitioners/${practitioner}/schedule`, {
    as: desk,
    at: noon,
    headers: { "if-match": `"${version}"` },
    body: schedule,
  });

describe("a time that comes free", () => {
  it("by a cancellation is offered, as a hold for an hour, to who waits for it", async () => {
    const { booked, service, practitioner } = await newFullHour();
    const id = await wait({ service });
    expect(await states(id)).toEqual(["waiting"]);
    await cancel(booked[1]);
    await settled();
    const { offer, ...entry } = await read(id);
    expect(entry).toMatchObject({ status: "offered", version: 2 });
    const expiresAt = "2027-05-01T13:00:00Z";
    expect(offer).toMatchObject({ start: atFour("09:30"), end: atFour("10:00"), practitioner, expiresAt });
    const hold = await mustCall("GET", `/v1/holds/${offer.hold}`, { as: desk });
    expect(hold).toMatchObject({ status: "held", waitlist: id, patient: entry.patient, start: offer.start, expiresAt });
    const rival = { practitioner, service, patient: await newPatient(), start: atFour("09:30") };
    expect((await call("POST", "/v1/appointments", { as: desk, at: noon, body: rival })).status).toBe(409);
  });

  it("by a move is offered", async () => {
    const { booked, service, practitioner } = await newFullHour();
    const schedule = { "2027-06-01": ["09:00", "10:00"], "2027-06-20": ["09:00", "10:00"] } as const;
    const id = await wait({ service });
    await change(practitioner, hoursOn(schedule as never));
    const body = { start: atFour("09:00", "2027-06-20") };
    await mustCall("POST", `/v1/appointments/${booked[0].id}/reschedule`, { as: desk, at: noon, body });
    await settled();
    expect((await read(id)).offer.start).toBe(atFour("09:00"));
  });

  it("by an appointment that was entered in error is offered", async () => {
    const { booked, service } = await newFullHour();
    const id = await wait({ service });
    await mustCall("PUT", `/v1/appointments/${booked[0].id}/status`, {
      as: admin,
      at: noon,
      headers: { "if-match": '"1"' },
      body: { status: "entered-in-error" },
    });
    await settled();
    expect((await read(id)).offer.start).toBe(atFour("09:00"));
  });

  it("by new opening hours is offered, each time to one", async () => {
    const practitioner = await newPractitioner(hoursOn({}));
    const service = await newService([practitioner]);
    const ids = [await wait({ service }), await wait({ service }), await wait({ service })];
    await change(practitioner, hoursOn({ "2027-06-02": ["09:00", "10:00"] }));
    await settled();
    const starts = (await Promise.all(ids.map(read))).map(({ offer }) => offer?.start);
    expect(starts).toEqual([atFour("09:00", "2027-06-02"), atFour("09:30", "2027-06-02"), undefined]);
  });

  it("by a time off that is taken back is offered", async () => {
    const { practitioner, service } = await newHour();
    const path = `/v1/practitioners/${practitioner}/time-off`;
    const body = { start: atFour("08:00"), end: atFour("12:00") };
    const off = await mustCall("POST", path, { as: desk, at: noon, body });
    const id = await wait({ service });
    expect(await states(id)).toEqual(["waiting"]);
    await mustCall("DELETE", `${path}/${off.id}`, { as: desk, at: noon });
    await settled();
    expect((await read(id)).offer.start).toBe(atFour("09:00"));
  });

  it("by a practitioner, or a service, that is active again is offered", async () => {
    const { practitioner, service } = await newHour();
    const patch = (path: string, version: number, active: boolean) =>
      mustCall("PATCH", path, { as: admin, at: noon, headers: { "if-match": `"${version}"` }, body: { active } });
    await patch(`/v1/practitioners/${practitioner}`, 1, false);
    const one = await wait({ service });
    expect(await states(one)).toEqual(["waiting"]);
    await patch(`/v1/practitioners/${practitioner}`, 2, true);
    await settled();
    expect((await read(one)).offer.start).toBe(atFour("09:00"));

    const other = await newHour();
    const [booked] = [await book(other, await newPatient(), "09:00"), await book(other, await newPatient(), "09:30")];
    const two = await wait({ service: other.service });
    await patch(`/v1/services/${other.service}`, 1, false);
    await cancel(booked);
    await settled();
    expect(await states(two)).toEqual(["waiting"]);
    await patch(`/v1/services/${other.service}`, 2, true);
    await settled();
    expect((await read(two)).offer.start).toBe(atFour("09:00"));
  });

  it("in the room that a service needs is offered with another of its practitioners", async () => {
    const tags = [`t${Math.random().toString(36).slice(2, 10)}`];
    await mustCall("POST", "/v1/resources", { as: admin, at: noon, body: { name: "Room", kind: "room", tags } });
    const schedule = hoursOn({ "2027-06-01": ["09:00", "09:30"] });
    const practitioners = [await newPractitioner(schedule), await newPractitioner(schedule)];
    const service = await newService(practitioners, { requires: [{ kind: "room", tags }] });
    const [practitioner = "", other = ""] = practitioners;
    const booked = await book({ practitioner, service }, await newPatient(), "09:00");
    const id = await wait({ service, practitioners: [other] });
    expect(await states(id)).toEqual(["waiting"]);
    await cancel(booked);
    await settled();
    expect((await read(id)).offer.practitioner).toBe(other);
  });

  it("already, when somebody begins to wait, is offered at once", async () => {
    const { service } = await newHour();
    expect((await read(await wait({ service }))).offer.start).toBe(atFour("09:00"));
  });
});

describe("of those who wait", () => {
  it("the one of the highest priority is offered first, then the oldest", async () => {
    const { booked, service } = await newFullHour();
    const ids = [];
    for (const [minute, priority] of [0, 3, 0, 3].entries())
      ids.push(await wait({ service, priority }, { at: `2027-05-01T12:0${minute}:00Z` }));
    await cancel(booked[0], "2027-05-01T12:10:00Z");
    await settled();
    expect(await states(...ids)).toEqual(["waiting", "offered", "waiting", "waiting"]);
    await cancel(booked[1], "2027-05-01T12:10:00Z");
    await settled();
    expect(await states(...ids)).toEqual(["waiting", "offered", "waiting", "offered"]);
  });

  it("those whom the time does not suit are passed over: window, practitioners, patient's own appointments", async () => {
    const { booked, service, practitioner } = await newFullHour();
    const elsewhere = await newPractitioner(hoursOn({ "2027-06-01": ["09:00", "10:00"] }));
    const busy = await newPatient();
    const other = { practitioner: elsewhere, service: await newService([elsewhere]) };
    await book(other, busy, "09:00");
    const unfit = [
      await wait({ service, priority: 9, from: atFour("09:30") }),
      await wait({ service, priority: 9, to: atFour("09:00") }),
      await wait({ service, priority: 9, patient: busy }),
    ];
    const fit = await wait({ service, practitioners: [practitioner] });
    await cancel(booked[0]);
    await settled();
    expect(await states(...unfit, fit)).toEqual(["waiting", "waiting", "waiting", "offered"]);
  });

  it("days and hours are told on the clocks of their zone, through a change of the clocks", async () => {
    const practitioner = await newPractitioner(hoursOn({}, "America/New_York"));
    const service = await newService([practitioner]);
    const from = "2027-11-01T00:00:00Z";
    const to = "2027-11-20T00:00:00Z";
    const wish = { service, from, to, hours: { start: "16:00", end: "17:00" } };
    const inTheirs = await wait({ ...wish, weekdays: ["mon"] });
    const inUtc = await wait({ ...wish, weekdays: ["mon"], timeZone: "UTC" });
    const late = await wait({ ...wish, hours: { start: "16:15", end: "16:45" } });
    // Clocks in New York go back on 7 November: 16:00 is 21:00 UTC on the 8th, and 11:00 is 16:00 UTC.
    const days = { "2027-11-05": ["16:00", "17:00"], "2027-11-08": ["11:00", "17:00"] };
    await change(practitioner, hoursOn(days as never, "America/New_York"));
    await settled();
    expect((await read(inTheirs)).offer.start).toBe("2027-11-08T21:00:00Z");
    expect((await read(inUtc)).offer.start).toBe("2027-11-08T16:00:00Z");
    expect(await states(late)).toEqual(["waiting"]);
  });

  it("a patient who has as many appointments before them as allowed is passed over", async () => {
    const { booked, service } = await newFullHour({ policy: { maxUpcomingPerPatient: 1 } });
    const [one, two] = [await wait({ service, patient: booked[1].patient, priority: 9 }), await wait({ service })];
    await cancel(booked[0]);
    await settled();
    expect(await states(one, two)).toEqual(["waiting", "offered"]);
  });
});

describe("an offer", () => {
  /** Two who wait, and one time that has come free: the first has the offer. */
  async function newOffer() {
    const { booked, service, practitioner } = await newFullHour();
    const ids = [await wait({ service }), await wait({ service })];
    await cancel(booked[0]);
    await settled();
    const { offer, patient } = await read(ids[0] as string);
    return { first: ids[0] as string, second: ids[1] as string, offer, patient, service, practitioner };
  }

  it("accepted is an appointment, and the entry is booked", async () => {
    const { first, second, offer, patient, practitioner } = await newOffer();
    const { status, body } = await accept(offer.hold);
    expect({ status, body }).toMatchObject({ status: 201, body: { patient, practitioner, start: offer.start } });
    const entry = await read(first);
    expect(entry).toMatchObject({ status: "booked", appointment: body.id, version: 3 });
    expect(entry).not.toHaveProperty("offer");
    await tick("waitlist", "2027-05-01T13:00:01Z");
    expect(await states(first, second)).toEqual(["booked", "waiting"]);
  });

  it("declined goes to the next, and not to the same again", async () => {
    const { first, second, offer } = await newOffer();
    expect((await decline(offer.hold)).status).toBe(204);
    await settled();
    expect(await states(first, second)).toEqual(["waiting", "offered"]);
    const { offer: next } = await read(second);
    expect(next.start).toBe(offer.start);
    await decline(next.hold);
    await settled();
    expect(await states(first, second)).toEqual(["waiting", "waiting"]);
  });

  it("that has lapsed goes to the next, and cannot be accepted any more", async () => {
    const { first, second, offer } = await newOffer();
    await tick("waitlist", "2027-05-01T13:00:00Z");
    expect(await states(first, second)).toEqual(["offered", "waiting"]);
    expect((await accept(offer.hold, "2027-05-01T13:00:00.001Z")).status).toBe(410);
    await tick("waitlist", "2027-05-01T13:00:01Z");
    expect(await states(first, second)).toEqual(["waiting", "offered"]);
    expect((await read(second)).offer).toMatchObject({ start: offer.start, expiresAt: "2027-05-01T14:00:01Z" });
    expect(await accept(offer.hold)).toMatchObject({ status: 410, body: { code: "hold-expired" } });
  });

  it("that was taken back is not accepted by a request that came in before and was slower", async () => {
    const { booked, service } = await newFullHour();
    const id = await wait({ service });
    await cancel(booked[0]);
    await settled();
    const { offer } = await read(id);
    await tick("waitlist", "2027-05-01T13:00:01Z");
    expect(await accept(offer.hold, "2027-05-01T12:59:59Z")).toMatchObject({ status: 410 });
    expect(await states(id)).toEqual(["waiting"]);
  });

  it("that lapses in an outage is taken back by the first sweep after it", async () => {
    const { first, second } = await newOffer();
    await tick("waitlist", "2027-05-03T00:00:00Z");
    expect(await states(first, second)).toEqual(["waiting", "offered"]);
  });

  it("is given back when its patient leaves the list", async () => {
    const { first, second, offer } = await newOffer();
    const leave = () => call("DELETE", `/v1/waitlist/${first}`, { as: desk, at: noon });
    expect([(await leave()).status, (await leave()).status]).toEqual([204, 204]);
    await settled();
    expect(await states(first, second)).toEqual(["cancelled", "offered"]);
    expect((await mustCall("GET", `/v1/holds/${offer.hold}`, { as: desk })).status).toBe("released");
    await accept((await read(second)).offer.hold);
    const { status, body } = await call("DELETE", `/v1/waitlist/${second}`, { as: desk, at: noon });
    expect({ status, code: body.code }).toEqual({ status: 409, code: "illegal-transition" });
  });

  it("stands no longer than its time can still be booked", async () => {
    const { booked, service } = await newFullHour({ policy: { minimumNoticeMinutes: 60 } });
    const id = await wait({ service });
    await cancel(booked[0], "2027-06-01T07:40:00Z");
    await settled();
    expect((await read(id)).offer).toMatchObject({ start: atFour("09:00"), expiresAt: "2027-06-01T08:00:00Z" });
    await cancel(booked[1], "2027-06-01T08:26:00Z");
    await tick("waitlist", "2027-06-01T08:26:00Z");
    expect(await states(id)).toEqual(["waiting"]);
  });

  it("is made anew for times that no event tells of, a day later at the latest", async () => {
    const { booked, practitioner } = await newFullHour();
    const near = await newService([practitioner], { policy: { horizonDays: 20 } });
    const id = await wait({ service: near });
    await cancel(booked[0]);
    await tick("waitlist", "2027-05-10T12:00:00Z");
    expect(await states(id)).toEqual(["waiting"]);
    await tick("waitlist", "2027-05-13T12:00:00Z");
    expect(await states(id)).toEqual(["offered"]);
  });

  it("is audited, as the system's doing", async () => {
    const { first, patient } = await newOffer();
    const { items } = await mustCall("GET", `/v1/patients/${patient}/audit`, { as: "privacy@demo.clinic" });
    const entries = (items as { action: string; role: string; target: string }[]).filter(
      ({ role }) => role === "system",
    );
    expect(entries).toMatchObject([{ action: "waitlist.offer", target: first, role: "system", user: "system" }]);
  });
});

describe("at the same moment", () => {
  it("two cancellations and a lapse never offer one time twice, nor one entry two times", async () => {
    const { practitioner, service } = await (async () => {
      const by = await newPractitioner(hoursOn({ "2027-06-01": ["09:00", "10:30"] }));
      return { practitioner: by, service: await newService([by]) };
    })();
    const hour = { practitioner, service };
    const patients = await newPatients(3);
    const booked = await Promise.all(
      ["09:00", "09:30", "10:00"].map((time, n) => book(hour, patients[n] as string, time)),
    );
    const first = await wait({ service });
    await cancel(booked[0]);
    await settled();
    const { offer } = await read(first);
    const others = await Promise.all((await newPatients(5)).map((patient) => wait({ service, patient })));
    const later = "2027-05-01T13:00:00.500Z";
    await Promise.all([
      cancel(booked[1], later),
      cancel(booked[2], later),
      tick("waitlist", later),
      decline(offer.hold, later),
    ]);
    await settled();
    const entries = await Promise.all([first, ...others].map(read));
    const offers = entries.flatMap((entry) => entry.offer ?? []);
    expect(offers.map(({ start }) => start).sort()).toEqual([atFour("09:00"), atFour("09:30"), atFour("10:00")]);
    expect(entries[0].offer?.start).not.toBe(offer.start);
    const accepted = await Promise.all(offers.map(({ hold }) => accept(hold, later)));
    expect(accepted.map(({ status }) => status)).toEqual([201, 201, 201]);
  });

  it("several workers offer each time once, and each entry one time", async () => {
    const practitioner = await newPractitioner(hoursOn({}));
    const service = await newService([practitioner]);
    const ids: string[] = [];
    for (const patient of await newPatients(10)) ids.push(await wait({ service, patient }));
    await change(practitioner, hoursOn({ "2027-06-03": ["09:00", "12:00"] }));
    const event = { type: "schedule.replaced", clinic, practitioner, happenedAt: noon };
    const runs = await Promise.all(Array.from({ length: 5 }, () => offerFor(event)));
    expect(runs).toEqual(runs.map(() => ({ batchItemFailures: [] })));
    await settled();
    const holds = (await dumpFamily("HOLD")).filter((hold) => ids.includes(hold["waitlist"] as string));
    expect(holds).toHaveLength(6);
    expect(new Set(holds.map(({ start }) => start)).size).toBe(6);
    expect(new Set(holds.map((hold) => hold["waitlist"])).size).toBe(6);
    expect(await states(...ids)).toEqual(ids.map((_, place) => (place < 6 ? "offered" : "waiting")));
  });

  it("an acceptance and the lapse end in one of the two", async () => {
    const rounds = Array.from({ length: 6 }, async () => {
      const { booked, service } = await newFullHour();
      const id = await wait({ service });
      await cancel(booked[0]);
      await settled();
      const { offer } = await read(id);
      const [answer] = await Promise.all([
        accept(offer.hold, "2027-05-01T13:00:00Z"),
        tick("waitlist", "2027-05-01T13:00:01Z"),
      ]);
      const { status } = await read(id);
      return `${answer.status} ${status}`;
    });
    for (const outcome of await Promise.all(rounds)) expect(["201 booked", "410 waiting"]).toContain(outcome);
  });
});

describe("an entry", () => {
  it("expires when its time has passed, and leaves the queue", async () => {
    const { booked, service } = await newFullHour();
    const id = await wait({ service, to: "2027-05-20T00:00:00Z", from: noon });
    await tick("waitlist", "2027-05-20T00:00:01Z");
    expect(await states(id)).toEqual(["expired"]);
    await cancel(booked[0], "2027-05-20T00:00:02Z");
    await settled();
    expect(await states(id)).toEqual(["expired"]);
  });

  it("is added once however often the request is repeated", async () => {
    const { service } = await newFullHour();
    const patient = await newPatient();
    const headers = { "idempotency-key": patient };
    const ids = [await wait({ service, patient }, { headers }), await wait({ service, patient }, { headers })];
    expect(ids[1]).toBe(ids[0]);
    expect((await mustCall("GET", `/v1/waitlist?patient=${patient}`, { as: desk })).items).toHaveLength(1);
  });

  it("for what could never be offered is refused", async () => {
    const { service } = await newFullHour();
    const body = { patient: await newPatient(), service, from: atFour("09:00"), to: atFour("10:00") };
    const codeOf = async (more: object, asked: object = {}) =>
      (await call("POST", "/v1/waitlist", { as: desk, at: noon, body: { ...body, ...more }, ...asked })).body.code;
    expect(await codeOf({ practitioners: [await newPractitioner()] })).toBe("service-not-offered");
    expect(await codeOf({}, { at: atFour("10:00") })).toBe("in-the-past");
    expect(await codeOf({ to: body.from })).toBe("invalid-request");
    expect(await codeOf({ to: "2028-06-02T09:00:01Z" })).toBe("invalid-request");
    expect(await codeOf({ practitioners: ["prc_0000000000000000000000"] })).toBe("not-found");
  });

  it("is one of twenty at most for a patient, until one is over", async () => {
    const { service } = await newFullHour();
    const patient = await newPatient();
    const body = { patient, service, from: atFour("09:00"), to: atFour("10:00") };
    const add = () => call("POST", "/v1/waitlist", { as: desk, at: noon, body });
    const answers = await Promise.all(Array.from({ length: 22 }, add));
    const added = answers.filter(({ status }) => status === 201);
    expect(added).toHaveLength(20);
    expect(answers.find(({ status }) => status !== 201)?.body.code).toBe("too-many-waiting");
    await mustCall("DELETE", `/v1/waitlist/${added[0]?.body.id}`, { as: desk, at: noon });
    expect((await add()).status).toBe(201);
  });

  it("is listed by patient, service and status, page by page", async () => {
    const { booked, service } = await newFullHour();
    const patient = await newPatient();
    const ids = [await wait({ service, patient }), await wait({ service }), await wait({ service })].sort();
    const list = (query: string) => mustCall("GET", `/v1/waitlist?${query}`, { as: desk });
    const found = async (query: string) => (await list(query)).items.map(({ id }: { id: string }) => id);
    expect(await found(`service=${service}`)).toEqual(ids);
    expect(await found(`patient=${patient}&service=${service}&status=waiting`)).toHaveLength(1);
    expect(await found(`patient=${patient}&status=booked`)).toEqual([]);
    await cancel(booked[0]);
    await settled();
    expect(await found(`service=${service}&status=offered`)).toHaveLength(1);
    const pages: string[] = [];
    for (let next: string | undefined = ""; next !== undefined; ) {
      const page: { items: { id: string }[]; next?: string } = await list(
        `service=${service}&limit=2${next ? `&cursor=${next}` : ""}`,
      );
      pages.push(...page.items.map(({ id }) => id));
      next = page.next;
    }
    expect(pages).toEqual(ids);
  });
});

describe("a patient", () => {
  it("waits for themself, sees their own entries only, and accepts their own offer", async () => {
    const { booked, service } = await newFullHour();
    const [me = "", other = ""] = await newPatients(2);
    const { email: as } = await newUser({ clinic, role: "patient", person: me });
    const theirs = await wait({ service, patient: other });
    const mine = await wait({ service, patient: me }, { as });
    const body = { patient: other, service, from: atFour("09:00"), to: atFour("10:00") };
    expect((await call("POST", "/v1/waitlist", { as, body })).status).toBe(404);
    const urgent = { ...body, patient: me, priority: 1 };
    expect((await call("POST", "/v1/waitlist", { as, at: noon, body: urgent })).body.code).toBe("staff-only");
    const { items } = await mustCall("GET", "/v1/waitlist", { as });
    expect(items.map(({ id }: { id: string }) => id)).toEqual([mine]);
    expect((await call("GET", `/v1/waitlist?patient=${other}`, { as })).status).toBe(404);
    expect((await call("GET", `/v1/waitlist/${theirs}`, { as })).status).toBe(404);
    expect((await call("DELETE", `/v1/waitlist/${theirs}`, { as })).status).toBe(404);
    await cancel(booked[0]);
    await settled();
    expect((await accept((await read(theirs)).offer.hold, noon, as)).status).toBe(404);
    await cancel(booked[1]);
    await settled();
    const { offer } = await mustCall("GET", `/v1/waitlist/${mine}`, { as });
    expect((await accept(offer.hold, noon, as)).status).toBe(201);
  });
});

describe("another clinic", () => {
  it("sees nothing of the list, and is not found in it", async () => {
    const { service } = await newFullHour();
    const id = await wait({ service });
    expect((await call("GET", `/v1/waitlist/${id}`, { as: stranger })).status).toBe(404);
    expect((await call("DELETE", `/v1/waitlist/${id}`, { as: stranger })).status).toBe(404);
    expect((await call("GET", `/v1/waitlist?service=${service}`, { as: stranger })).status).toBe(404);
    const body = { patient: await newPatient(), service, from: atFour("09:00"), to: atFour("10:00") };
    expect((await call("POST", "/v1/waitlist", { as: stranger, at: noon, body })).status).toBe(404);
    const { items } = await mustCall("GET", "/v1/waitlist", { as: stranger });
    expect(items.map((entry: { id: string }) => entry.id)).not.toContain(id);
  });
});
