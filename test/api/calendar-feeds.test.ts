import { createHash } from "node:crypto";
import ICAL from "ical.js";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { newUser } from "../support/members.ts";
import { dump } from "../support/tables.ts";
import { admin, desk, newPatient, newPractitioner, newScene, okafor, stranger } from "../support/world.ts";

const demo = "cln_DemoClinic000000000001";
const at = "2027-10-01T12:00:00Z";

interface Feed {
  id: string;
  url: string;
}

const add = (body: object, as: string = desk) => mustCall<Feed>("POST", "/v1/calendar-feeds", { as, body });
const pathOf = (url: string) => url.slice(inject("backend").url.length);
const secretOf = (url: string) => url.split("/").at(-2) as string;
const ask = (url: string, asked: object = {}) => call<string>("GET", pathOf(url), { at, ...asked });

/** A feed as another library reads it. */
async function entriesOf(url: string, asked: object = {}) {
  const { status, headers, body } = await ask(url, asked);
  expect([status, headers.get("content-type")]).toEqual([200, "text/calendar; charset=utf-8"]);
  const calendar = new ICAL.Component(ICAL.parse(body));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const { uid, summary, sequence, startDate, endDate } = new ICAL.Event(component);
    const status = component.getFirstPropertyValue("status");
    return { uid, summary, sequence, status, start: startDate.toJSDate().toISOString(), end: endDate.toJSDate() };
  });
}

const notFound = { status: 404, body: { code: "not-found" } };

describe("a calendar feed", () => {
  it("keeps the UID, raises the SEQUENCE through moves, shows the cancelled as CANCELLED, right in DST", async () => {
    const schedule = { zone: "America/New_York", windows: [{ days: ["sun"], start: "00:00", end: "06:00" }] };
    const scene = await newScene(schedule);
    const feeds = await Promise.all([
      add({ patient: scene.patient }).then(({ url }) => url),
      add({ practitioner: scene.practitioner }).then(({ url }) => url),
    ]);
    const both = async () => {
      const [theirs, its] = await Promise.all(feeds.map((url) => entriesOf(url)));
      expect(theirs).toEqual(its);
      return theirs as NonNullable<typeof theirs>;
    };
    expect(await both()).toEqual([]);
    // 01:30 comes twice on that night: first in daylight time, then in standard time.
    const start = "2027-11-07T01:30:00-04:00";
    const { id } = await mustCall("POST", "/v1/appointments", { as: desk, at, body: { ...scene, start } });
    const uid = `${id}@praxis`;
    const summary = "Appointment at Demo Clinic";
    const booked = { uid, summary, sequence: 0, status: "CONFIRMED", start: "2027-11-07T05:30:00.000Z" };
    expect(await both()).toEqual([{ ...booked, end: new Date("2027-11-07T06:00:00Z") }]);
    const to = { start: "2027-11-07T01:30:00-05:00" };
    await mustCall("POST", `/v1/appointments/${id}/reschedule`, { as: desk, at, body: to });
    const moved = { ...booked, sequence: 1, start: "2027-11-07T06:30:00.000Z", end: new Date("2027-11-07T07:00:00Z") };
    expect(await both()).toEqual([moved]);
    await mustCall("POST", `/v1/appointments/${id}/cancel`, { as: desk, at, body: {} });
    expect(await both()).toEqual([{ ...moved, sequence: 2, status: "CANCELLED" }]);
  });

  it("tells neither reason nor service nor anybody's name", async () => {
    const name = { family: "Zyxname", given: ["Zyxgiven"] };
    const scene = { ...(await newScene({ zone: "UTC", windows: [{ days: ["mon"], start: "09:00", end: "12:00" }] })) };
    const patient = await newPatient({ name });
    const body = { ...scene, patient, start: "2027-10-04T09:00:00Z", reason: "zyxreason" };
    const { id } = await mustCall("POST", "/v1/appointments", { as: desk, at, body });
    await mustCall("POST", `/v1/appointments/${id}/cancel`, { as: desk, at, body: { reason: "zyxreason" } });
    for (const owner of [{ patient }, { practitioner: scene.practitioner }]) {
      const { body: text } = await ask((await add(owner)).url);
      expect(text).toContain(`UID:${id}@praxis`);
      expect(text).not.toMatch(/zyx|Test service|Dr\. Test|pat_|prc_|svc_/i);
    }
  });

  it("shows what began 30 days ago at most, and what begins within 366 days", async () => {
    const scene = await newScene();
    const book = (start: string, seenAt: string) =>
      mustCall("POST", "/v1/appointments", { as: desk, at: seenAt, body: { ...scene, start } });
    for (const start of [
      "2027-08-31T09:00:00Z",
      "2027-09-02T09:00:00Z",
      "2028-09-30T09:00:00Z",
      "2028-10-03T09:00:00Z",
    ])
      await book(start, "2027-08-01T00:00:00Z");
    const { url } = await add({ patient: scene.patient });
    const starts = (await entriesOf(url)).map(({ start }) => start);
    expect(starts).toEqual(["2027-09-02T09:00:00.000Z", "2028-09-30T09:00:00.000Z"]);
  });

  it("asks to be read again within the hour, may be kept by its reader alone, and is 304 while nothing changes", async () => {
    const scene = await newScene();
    const { url } = await add({ patient: scene.patient });
    const { body, headers } = await ask(url);
    expect(body).toContain("REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n");
    expect(body).toContain("X-PUBLISHED-TTL:PT1H\r\n");
    expect(headers.get("cache-control")).toBe("private, no-cache");
    const tag = headers.get("etag") as string;
    const again = await ask(url, { headers: { "if-none-match": `"other", W/${tag}` } });
    expect([again.status, again.body, again.headers.get("etag")]).toEqual([304, "", tag]);
    await mustCall("POST", "/v1/appointments", { as: desk, at, body: { ...scene, start: "2027-10-04T09:00:00Z" } });
    expect((await ask(url, { headers: { "if-none-match": tag } })).status).toBe(200);
  });

  it("stops when its owner is no longer active", async () => {
    const { practitioner } = await newScene();
    const { url } = await add({ practitioner });
    expect((await ask(url)).status).toBe(200);
    const headers = { "if-match": '"1"' };
    await mustCall("PATCH", `/v1/practitioners/${practitioner}`, { as: admin, headers, body: { active: false } });
    expect(await ask(url)).toMatchObject(notFound);
  });
});

describe("a feed's secret", () => {
  it("opens nothing once it is revoked, unknown or malformed, and all three are answered alike", async () => {
    const { id, url } = await add({ patient: await newPatient() });
    const secret = secretOf(url);
    expect(secret).toMatch(/^[\w-]{43}$/);
    await mustCall("DELETE", `/v1/calendar-feeds/${id}`, { as: desk });
    const others = [secret, "0".repeat(43), "x", `${secret}x`, secret.slice(1), "%00"];
    const answers = await Promise.all(others.map((each) => ask(url.replace(secret, each))));
    for (const { status, body, headers } of answers) {
      const { requestId: _, ...problem } = body as unknown as Record<string, unknown>;
      expect({ status, problem, cached: headers.get("cache-control") }).toEqual({
        status: 404,
        problem: {
          type: "urn:praxis:problem:not-found",
          title: "Not found",
          status: 404,
          code: "not-found",
          detail: "There is nothing here that you may see.",
        },
        cached: "no-store",
      });
    }
    expect(await call("DELETE", `/v1/calendar-feeds/${id}`, { as: desk })).toMatchObject(notFound);
  });

  it("is told once: not in the list, not when the request is repeated", async () => {
    const patient = await newPatient();
    const headers = { "idempotency-key": "once-only" };
    const first = await call("POST", "/v1/calendar-feeds", { as: desk, body: { patient }, headers });
    const second = await call("POST", "/v1/calendar-feeds", { as: desk, body: { patient }, headers });
    const { url, ...feed } = first.body;
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(url).toContain("/v1/calendars/");
    expect(second.body).toEqual(feed);
    const { items } = await mustCall("GET", `/v1/calendar-feeds?patient=${patient}`, { as: desk });
    expect(items).toEqual([feed]);
  });

  it("is nowhere in the tables, only its hash", async () => {
    const { url } = await add({ patient: await newPatient() });
    await ask(url);
    const tables = await Promise.all(
      (["CLINIC_TABLE", "KEYS_TABLE", "AUDIT_TABLE"] as const).map((table) => dump(table)),
    );
    const raw = tables.map((items) => JSON.stringify(items, asText)).join();
    const bytes = Buffer.from(secretOf(url), "base64url");
    for (const form of [secretOf(url), bytes.toString("hex"), bytes.toString("base64"), bytes.toString("latin1")])
      expect(raw.includes(form)).toBe(false);
    expect(raw.includes(`FEED#${createHash("sha256").update(secretOf(url)).digest("base64url")}`)).toBe(true);
  });

  it("is named in the audit trail by its feed", async () => {
    const patient = await newPatient();
    const { id, url } = await add({ patient });
    await ask(url);
    const { items } = await mustCall("GET", `/v1/patients/${patient}/audit`, { as: "privacy@demo.clinic" });
    const read = items.find(({ action }: { action: string }) => action === "calendar-feed.read");
    expect(read).toMatchObject({ user: id, role: "patient", person: patient, target: id, outcome: "granted" });
    expect(items).toContainEqual(expect.objectContaining({ action: "calendar-feed.add", target: id }));
  });
});

/** Bytes as text, so that a dump shows them too. */
function asText(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value;
}

describe("whose feed it is", () => {
  let me: string;
  let as: string;
  let colleague: string;

  beforeAll(async () => {
    me = await newPatient();
    as = (await newUser({ clinic: demo, role: "patient", person: me })).email;
    colleague = await newPractitioner();
  });

  const make = (body: object, who: string) => call("POST", "/v1/calendar-feeds", { as: who, body });
  const list = (who: string, query = "") => call("GET", `/v1/calendar-feeds${query}`, { as: who });

  it("a patient makes, sees and revokes their own, and nobody else's", async () => {
    const other = await newPatient();
    const { id: theirs } = await add({ patient: other });
    expect(await make({ patient: other }, as)).toMatchObject(notFound);
    expect(await make({ practitioner: colleague }, as)).toMatchObject({
      status: 403,
      body: { code: "own-calendar-only" },
    });
    const { url: _, ...mine } = (await make({ patient: me }, as)).body;
    expect((await list(as)).body).toEqual({ items: [mine] });
    expect((await list(as, `?patient=${me}`)).body).toEqual({ items: [mine] });
    expect(await list(as, `?patient=${other}`)).toMatchObject(notFound);
    expect(await call("DELETE", `/v1/calendar-feeds/${theirs}`, { as })).toMatchObject(notFound);
    expect((await call("DELETE", `/v1/calendar-feeds/${mine.id}`, { as })).status).toBe(204);
    expect((await list(as)).body).toEqual({ items: [] });
  });

  it("a practitioner makes, sees and revokes their own, and nobody else's", async () => {
    const { memberships } = await mustCall("GET", "/v1/me", { as: okafor });
    const self = memberships[0].person as string;
    const { id: theirs } = await add({ practitioner: colleague });
    const refused = { status: 403, body: { code: "own-calendar-only" } };
    expect(await make({ practitioner: colleague }, okafor)).toMatchObject(refused);
    expect(await make({ patient: me }, okafor)).toMatchObject(notFound);
    const { id, practitioner } = (await make({ practitioner: self }, okafor)).body;
    expect(practitioner).toBe(self);
    expect((await list(okafor)).body.items.map((feed: Feed) => feed.id)).toEqual([id]);
    expect(await list(okafor, `?practitioner=${colleague}`)).toMatchObject(notFound);
    expect(await call("DELETE", `/v1/calendar-feeds/${theirs}`, { as: okafor })).toMatchObject(notFound);
    expect((await call("DELETE", `/v1/calendar-feeds/${id}`, { as: okafor })).status).toBe(204);
  });

  it("the desk lists all of the clinic, page by page, or one person's; another clinic none of them", async () => {
    const practitioner = await newPractitioner();
    const ids = (await Promise.all([1, 2, 3].map(() => add({ practitioner })))).map(({ id }) => id).sort();
    const found: string[] = [];
    let next: string | undefined;
    do {
      const { body } = await list(desk, `?practitioner=${practitioner}&limit=2${next ? `&cursor=${next}` : ""}`);
      found.push(...body.items.map(({ id }: Feed) => id));
      next = body.next;
    } while (next);
    expect(found).toEqual(ids);
    expect((await list(desk, "?limit=100")).body.items.length).toBeGreaterThanOrEqual(3);
    expect((await list(stranger, `?practitioner=${practitioner}`)).body).toEqual({ items: [] });
    expect((await list(stranger)).body).toEqual({ items: [] });
    expect(await make({ practitioner }, stranger)).toMatchObject(notFound);
    expect(await make({ patient: me }, stranger)).toMatchObject(notFound);
    expect(await call("DELETE", `/v1/calendar-feeds/${ids[0]}`, { as: stranger })).toMatchObject(notFound);
  });

  it.each([
    ["nobody", {}],
    ["two at once", { patient: `pat_${"0".repeat(22)}`, practitioner: `prc_${"0".repeat(22)}` }],
  ])("of %s there is none: 400", async (_, body) => {
    expect(await make(body, desk)).toMatchObject({ status: 400, body: { errors: [{ path: "patient" }] } });
  });
});
