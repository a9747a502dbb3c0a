import { beforeAll, describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newClinic } from "../support/members.ts";
import {
  admin,
  ana,
  desk,
  newPatient,
  newPatients,
  newPractitioner,
  newScene,
  okafor,
  privacy,
} from "../support/world.ts";

interface Row {
  id: string;
}

const many = <Result>(count: number, make: (place: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: count }, (_, place) => make(place)));
const idsOf = (rows: Row[]) => rows.map(({ id }) => id);
const withQuery = (path: string, more: string) => `${path}${path.includes("?") ? "&" : "?"}${more}`;

/** Reads a list by tens to its end; between the pages something may happen. */
async function readAll(path: string, as: string, meanwhile: (seen: Row[], page: number) => Promise<unknown>) {
  const seen: Row[] = [];
  const sizes: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await mustCall("GET", withQuery(path, `limit=10${cursor ? `&cursor=${cursor}` : ""}`), { as });
    seen.push(...page.items);
    sizes.push(page.items.length);
    cursor = page.next;
    if (cursor) await meanwhile(seen, sizes.length);
  } while (cursor);
  return { ids: idsOf(seen), sizes };
}

/** What may not be: rows that were read twice, and rows that stayed all the while and were not read. */
function faultsOf(ids: string[], stayed: string[]) {
  return {
    twice: ids.filter((id, place) => ids.indexOf(id) !== place),
    skipped: stayed.filter((id) => !ids.includes(id)),
  };
}

const none = { twice: [], skipped: [] };

const daysFrom = (day: number) => new Date(Date.UTC(2027, 5, day, 9)).toISOString().replace(".000Z", "Z");

describe("25 rows read by tens", () => {
  it("come in pages of ten, ten and five", async () => {
    const { desk: as } = await newClinic();
    const added = await many(25, () => mustCall<Row>("POST", "/v1/patients", { as, body: { name: { text: "Row" } } }));
    const { ids, sizes } = await readAll("/v1/patients", as, async () => undefined);
    expect(sizes).toEqual([10, 10, 5]);
    expect(faultsOf(ids, idsOf(added))).toEqual(none);
  });

  it("come once each where they fill the last page", async () => {
    const { desk: as } = await newClinic();
    await many(10, () => mustCall("POST", "/v1/patients", { as, body: { name: { text: "Row" } } }));
    const { ids } = await readAll("/v1/patients", as, async () => undefined);
    expect(ids).toHaveLength(10);
  });

  it.each(["/v1/patients", "/v1/patients?name=rowan"])("of %s survive others being added and renamed", async (path) => {
    const { desk: as } = await newClinic();
    const add = () => mustCall<Row>("POST", "/v1/patients", { as, body: { name: { family: "Rowan" } } });
    const rename = (id: string) =>
      mustCall("PATCH", `/v1/patients/${id}`, {
        as,
        body: { name: { family: "Gone" } },
        headers: { "if-match": '"1"' },
      });
    const added = idsOf(await many(25, add));
    const renamed: string[] = [];
    const { ids } = await readAll(path, as, async (seen, page) => {
      const isSeen = (id: string) => seen.some((row) => row.id === id);
      const left = added.filter((id) => !renamed.includes(id));
      // One that was read already, the very last of them, and one still to come.
      const going = [left.find(isSeen), left.findLast((id) => id === seen.at(-1)?.id), left.find((id) => !isSeen(id))];
      for (const id of new Set(going)) if (id) await rename(id).then(() => renamed.push(id));
      await many(page * 2, add);
    });
    expect(renamed.length).toBeGreaterThan(3);
    expect(
      faultsOf(
        ids,
        added.filter((id) => !renamed.includes(id)),
      ),
    ).toEqual(none);
  });

  it.each(["practitioners", "services"])("of the %s survive others being added", async (things) => {
    const clinic = await newClinic();
    const bodies = {
      practitioners: { name: { text: "Row" } },
      services: { name: "Row", durationMinutes: 30 },
    } as const;
    const body = bodies[things as keyof typeof bodies];
    const add = () => mustCall<Row>("POST", `/v1/${things}`, { as: clinic.admin, body });
    const added = await many(25, add);
    const { ids } = await readAll(`/v1/${things}`, clinic.desk, () => many(4, add));
    expect(faultsOf(ids, idsOf(added))).toEqual(none);
  });

  it("of time off survive others being added and given back, in order", async () => {
    const path = `/v1/practitioners/${await newPractitioner()}/time-off`;
    const take = (day: number) =>
      mustCall<Row>("POST", path, { as: desk, body: { start: daysFrom(day), end: daysFrom(day + 1) } });
    const added: Row[] = [];
    for (let day = 0; day < 25; day++) added.push(await take(2 * day));
    const giveBack = (row: Row | undefined) => call("DELETE", `${path}/${row?.id}`, { as: desk });
    const givenBack = new Set<string | undefined>();
    const { ids } = await readAll(path, desk, async (seen, page) => {
      for (const row of [seen.at(-1), seen[0], added[10 * page + 3]]) {
        givenBack.add(row?.id);
        await giveBack(row);
      }
      await take(-page);
      await take(10 * page + 1);
    });
    const stayed = idsOf(added).filter((id) => !givenBack.has(id));
    expect(faultsOf(ids, stayed)).toEqual(none);
    expect(ids.filter((id) => stayed.includes(id))).toEqual(stayed);
  });

  it("of a record survive others being written", async () => {
    const path = `/v1/patients/${await newPatient({}, okafor)}/records`;
    const write = (occurredAt: string) =>
      mustCall<Row>("POST", path, { as: okafor, body: { kind: "note", title: "Row", text: "Row", occurredAt } });
    // Of each moment five, so that a page ends amid one.
    const added = await many(25, (place) => write(daysFrom(Math.floor(place / 5))));
    const { ids } = await readAll(path, okafor, async (_, page) => {
      await many(3, () => write(daysFrom(30)));
      await many(3, () => write(daysFrom(page)));
      await many(3, () => write(daysFrom(-30)));
    });
    expect(faultsOf(ids, idsOf(added))).toEqual(none);
  });

  it("of a calendar survive others being booked, moved and cancelled, by start", async () => {
    const { practitioner, service } = await newScene();
    const patients = await newPatients(33);
    const at = (slot: number) => new Date(Date.UTC(2027, 5, 1, 0, 30 * slot)).toISOString().replace(".000Z", "Z");
    const book = (slot: number) =>
      mustCall<Row>("POST", "/v1/appointments", {
        as: desk,
        body: { patient: patients.pop(), practitioner, service, start: at(slot) },
      });
    const post = (row: Row | undefined, verb: string, body: object) =>
      mustCall("POST", `/v1/appointments/${row?.id}/${verb}`, { as: desk, body });
    const added = await many(25, (place) => book(2 * place));
    const moved = new Set<string | undefined>();
    const { ids } = await readAll(`/v1/appointments?practitioner=${practitioner}`, desk, async (_, page) => {
      moved.add(added[page]?.id);
      await post(added[page], "reschedule", { start: at(100 + page) });
      await post(added[10 * page - 1], "cancel", {});
      await post(added[10 * page + 4], "cancel", {});
      await book(20 * page - 7);
      await book(20 * page + 7);
    });
    const stayed = idsOf(added).filter((id) => !moved.has(id));
    expect(stayed.filter((id) => !ids.includes(id))).toEqual([]);
    expect(ids.filter((id) => stayed.includes(id))).toEqual(stayed);
  });

  it("of open times survive some being booked", async () => {
    const { practitioner, service, patient } = await newScene();
    const within = "from=2027-06-01T00:00:00Z&to=2027-06-01T12:30:00Z";
    const path = `/v1/availability?service=${service}&${within}`;
    const starts: string[] = [];
    let cursor = "";
    for (const slot of [2, 15]) {
      const { items, next } = await mustCall("GET", `${path}&limit=10${cursor}`, { as: ana });
      starts.push(...items.map(({ start }: { start: string }) => start));
      cursor = `&cursor=${next}`;
      const start = new Date(Date.UTC(2027, 5, 1, 0, 30 * slot)).toISOString();
      await mustCall("POST", "/v1/appointments", { as: desk, body: { patient, practitioner, service, start } });
    }
    const { items } = await mustCall("GET", `${path}&limit=10${cursor}`, { as: ana });
    starts.push(...items.map(({ start }: { start: string }) => start));
    expect(new Set(starts).size).toBe(25);
  });
});

describe("a cursor", () => {
  /** The lists that have cursors, each of two rows at least, with who may read it. */
  const lists: Record<string, { path: string; as: string }> = {};
  const names = [
    "patients",
    "patients by name",
    "practitioners",
    "services",
    "time off",
    "open times",
    "appointments",
    "record",
    "audit trail",
  ];

  beforeAll(async () => {
    const scene = await newScene();
    const { practitioner, service, patient } = scene;
    const records = `/v1/patients/${patient}/records`;
    const off = `/v1/practitioners/${practitioner}/time-off`;
    const note = { kind: "note", title: "Row", text: "Row" };
    await newPatients(2);
    await newPractitioner();
    await mustCall("POST", "/v1/services", { as: admin, body: { name: "Row", durationMinutes: 30 } });
    await many(2, (place) =>
      mustCall("POST", off, { as: desk, body: { start: daysFrom(place), end: daysFrom(place + 1) } }),
    );
    await many(2, () => mustCall("POST", records, { as: okafor, body: note }));
    for (const day of [20, 21])
      await mustCall("POST", "/v1/appointments", { as: desk, body: { ...scene, start: daysFrom(day) } });
    Object.assign(lists, {
      patients: { path: "/v1/patients", as: desk },
      "patients by name": { path: "/v1/patients?name=testperson", as: desk },
      practitioners: { path: "/v1/practitioners", as: desk },
      services: { path: "/v1/services", as: desk },
      "time off": { path: off, as: desk },
      "open times": { path: `/v1/availability?service=${service}&from=${daysFrom(10)}&to=${daysFrom(12)}`, as: desk },
      appointments: { path: `/v1/appointments?practitioner=${practitioner}`, as: desk },
      record: { path: records, as: okafor },
      "audit trail": { path: `/v1/patients/${patient}/audit`, as: privacy },
    });
  });

  const listOf = (name: string) => lists[name] as { path: string; as: string };
  const bad = { status: 400, body: { code: "bad-cursor" } };

  async function cursorOf(name: string): Promise<string> {
    const { path, as } = listOf(name);
    const { next } = await mustCall("GET", withQuery(path, "limit=1"), { as });
    expect(next, name).toEqual(expect.any(String));
    return next;
  }

  const ask = (name: string, cursor: string) => {
    const { path, as } = listOf(name);
    return call("GET", withQuery(path, `limit=1&cursor=${encodeURIComponent(cursor)}`), { as });
  };

  it.each(names)("of the %s leads on, again and again, and tells nothing of what it holds", async (name) => {
    const cursor = await cursorOf(name);
    const [first, second] = await Promise.all([ask(name, cursor), ask(name, cursor)]);
    expect(first).toMatchObject({ status: 200, body: { items: [expect.any(Object)] } });
    expect(second.status).toBe(200);
    for (const text of [cursor, Buffer.from(cursor, "base64url").toString("latin1")])
      expect(text).not.toMatch(/(pat|prc|svc|apt|rec|off)_|20\d\d-/);
  });

  it.each(names)("of the %s that was tampered with is refused, wherever it was", async (name) => {
    const cursor = await cursorOf(name);
    const flipped = (place: number) =>
      `${cursor.slice(0, place)}${cursor[place] === "A" ? "B" : "A"}${cursor.slice(place + 1)}`;
    const places = [0, 1, 5, 8, 20, Math.floor(cursor.length / 2), cursor.length - 22, cursor.length - 1];
    for (const place of places) expect(await ask(name, flipped(place)), `at ${place}`).toMatchObject(bad);
    for (const wrong of [
      `${cursor}!`,
      `${cursor}=`,
      `${cursor}A`,
      ` ${cursor}`,
      `${cursor.slice(0, 9)}.${cursor.slice(9)}`,
      cursor + cursor,
    ])
      expect(await ask(name, wrong), wrong).toMatchObject(bad);
  });

  it.each(names)("of the %s that was cut short is refused", async (name) => {
    const cursor = await cursorOf(name);
    for (const length of [1, 10, 30, cursor.length - 4, cursor.length - 1])
      expect(await ask(name, cursor.slice(0, length))).toMatchObject(bad);
    for (const foreign of ["x", "garbage", "1", "null", "eyJzayI6IngifQ", "%00"])
      expect(await ask(name, foreign)).toMatchObject({ status: 400 });
  });

  it.each(names)("of the %s is refused by every other list", async (name) => {
    const cursor = await cursorOf(name);
    for (const another of names.filter((each) => each !== name))
      expect(await ask(another, cursor), another).toMatchObject(bad);
  });

  it("is refused with other criteria than its own, and holds for another limit", async () => {
    const { next } = await mustCall("GET", "/v1/patients?name=testperson&limit=1", { as: desk });
    const list = (query: string, as = desk) => call("GET", `/v1/patients?cursor=${next}&${query}`, { as });
    for (const query of ["", "name=test", "name=testperson&birthDate=1980-01-01", "phone=202-555-0143"])
      expect(await list(query), query).toMatchObject(bad);
    expect((await list("name=testperson&limit=2")).status).toBe(200);
  });

  it("is refused for another patient, practitioner or window than its own", async () => {
    const [patient, practitioner] = await Promise.all([newPatient({}, okafor), newPractitioner()]);
    const [ofRecord, ofOff, ofCalendar] = await Promise.all(["record", "time off", "appointments"].map(cursorOf));
    expect(await call("GET", `/v1/patients/${patient}/records?cursor=${ofRecord}`, { as: okafor })).toMatchObject(bad);
    expect(await call("GET", `/v1/practitioners/${practitioner}/time-off?cursor=${ofOff}`, { as: desk })).toMatchObject(
      bad,
    );
    expect(
      await call("GET", `/v1/appointments?practitioner=${practitioner}&cursor=${ofCalendar}`, { as: desk }),
    ).toMatchObject(bad);
    expect(
      await call("GET", `${listOf("appointments").path}&from=${daysFrom(1)}&cursor=${ofCalendar}`, { as: desk }),
    ).toMatchObject(bad);
  });

  it.each(["patients", "practitioners", "services"])("of the %s is refused in another clinic", async (name) => {
    const cursor = await cursorOf(name);
    const answer = await call("GET", `/v1/${name}?limit=1&cursor=${cursor}`, { as: "desk@other.clinic" });
    expect(answer).toMatchObject(bad);
  });
});
