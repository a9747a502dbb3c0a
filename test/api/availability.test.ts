import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import {
  admin,
  always,
  desk,
  everyDay,
  newPatient,
  newPatients,
  newPractitioner,
  newService,
} from "../support/world.ts";

interface OpenSlot {
  start: string;
  end: string;
  practitioner: string;
}

async function search(
  service: string,
  from: string,
  to: string,
  more = "",
  at = "2026-01-01T00:00:00Z",
): Promise<OpenSlot[]> {
  const path = `/v1/availability?service=${service}&from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}&limit=100${more}`;
  return (await mustCall("GET", path, { as: desk, at })).items;
}

const startsOf = (slots: OpenSlot[]) => slots.map(({ start }) => start);

async function serviceWith(
  zone: string,
  days: string[],
  start: string,
  end: string,
  fields: object = {},
): Promise<string> {
  return newService([await newPractitioner({ zone, windows: [{ days, start, end }] })], fields);
}

describe("open times", () => {
  it("on the day clocks go forward in New York, 13:00-18:00 is 17:00Z to 22:00Z", async () => {
    const service = await serviceWith("America/New_York", ["sun"], "13:00", "18:00", { durationMinutes: 60 });
    const slots = await search(service, "2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00");
    expect([slots[0]?.start, slots.at(-1)?.end]).toEqual(["2026-03-08T17:00:00Z", "2026-03-08T22:00:00Z"]);
  });

  it("on that day 01:00-04:00 has four half hours", async () => {
    const service = await serviceWith("America/New_York", ["sun"], "01:00", "04:00");
    const slots = await search(service, "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z");
    expect(startsOf(slots)).toEqual(["06:00", "06:30", "07:00", "07:30"].map((time) => `2026-03-08T${time}:00Z`));
  });

  it("on the day clocks go back 00:00-03:00 has eight", async () => {
    const service = await serviceWith("America/New_York", ["sun"], "00:00", "03:00");
    const slots = await search(service, "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z");
    const times = ["04:00", "04:30", "05:00", "05:30", "06:00", "06:30", "07:00", "07:30"];
    expect(startsOf(slots)).toEqual(times.map((time) => `2026-11-01T${time}:00Z`));
  });

  it("of a night shift last until its end the next morning, and span midnight", async () => {
    const service = await serviceWith("UTC", ["tue"], "22:00", "06:00", { slotIntervalMinutes: 15 });
    const starts = startsOf(await search(service, "2026-06-02T00:00:00Z", "2026-06-04T00:00:00Z"));
    expect(starts).toContain("2026-06-03T05:30:00Z");
    expect(starts).not.toContain("2026-06-03T05:45:00Z");
    expect(starts).toContain("2026-06-02T23:45:00Z");
    expect(starts[0]).toBe("2026-06-02T22:00:00Z");
  });

  it("searched for an evening in New York follow that day's hours, though it is the next day in UTC", async () => {
    const service = await serviceWith("America/New_York", ["thu"], "20:00", "22:00");
    const slots = await search(
      service,
      "2026-02-12T20:00:00-05:00",
      "2026-02-12T22:00:00-05:00",
      "&timeZone=America/New_York",
    );
    expect(startsOf(slots)).toEqual(["20:00", "20:30", "21:00", "21:30"].map((time) => `2026-02-12T${time}:00-05:00`));
  });

  it("in Kolkata lie half an hour off the hour in UTC", async () => {
    const service = await serviceWith("Asia/Kolkata", everyDay, "09:00", "10:00");
    expect(startsOf(await search(service, "2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z"))).toEqual([
      "2026-06-01T03:30:00Z",
      "2026-06-01T04:00:00Z",
    ]);
  });

  it("are none on a closed day, and an exception's own on another", async () => {
    const practitioner = await newPractitioner({
      zone: "UTC",
      windows: [{ days: everyDay, start: "09:00", end: "10:00" }],
      exceptions: [
        { date: "2026-12-24", closed: true },
        { date: "2026-12-25", windows: [{ start: "11:00", end: "11:30" }] },
      ],
    });
    const service = await newService([practitioner]);
    const starts = startsOf(await search(service, "2026-12-24T00:00:00Z", "2026-12-27T00:00:00Z"));
    expect(starts).toEqual(["2026-12-25T11:00:00Z", "2026-12-26T09:00:00Z", "2026-12-26T09:30:00Z"]);
  });

  it("do not begin before now, and are there at this very moment", async () => {
    const service = await serviceWith("UTC", everyDay, "09:00", "10:00");
    const at = (now: string) => search(service, "2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z", "", now).then(startsOf);
    expect(await at("2026-06-01T09:30:00Z")).toEqual(["2026-06-01T09:30:00Z"]);
    expect(await at("2026-06-01T09:30:01Z")).toEqual([]);
  });

  it("leave out what is booked, buffers included, and whoever is inactive", async () => {
    const [one, two] = await Promise.all([newPractitioner(), newPractitioner()]);
    const service = await newService([one, two], { bufferAfterMinutes: 30 });
    const window = ["2027-06-01T09:00:00Z", "2027-06-01T11:00:00Z"] as const;
    const wish = { patient: await newPatient(), practitioner: one, service, start: "2027-06-01T09:30:00Z" };
    await mustCall("POST", "/v1/appointments", { as: desk, body: wish });
    const ofOne = (await search(service, ...window)).filter(({ practitioner }) => practitioner === one);
    expect(startsOf(ofOne)).toEqual(["2027-06-01T10:30:00Z"]);
    await mustCall("PATCH", `/v1/practitioners/${two}`, {
      as: admin,
      headers: { "if-match": '"1"' },
      body: { active: false },
    });
    expect((await search(service, ...window)).map(({ practitioner }) => practitioner)).toEqual([one]);
  });

  it("come by start, then practitioner, each once over all pages", async () => {
    const practitioners = await Promise.all([newPractitioner(), newPractitioner(), newPractitioner()]);
    const service = await newService(practitioners);
    const path = `/v1/availability?service=${service}&from=2027-06-01T00:00:00Z&to=2027-06-01T04:00:00Z&limit=5`;
    const all: OpenSlot[] = [];
    for (let cursor = ""; ; ) {
      const page = await mustCall("GET", path + cursor, { as: desk });
      all.push(...page.items);
      if (!page.next) break;
      cursor = `&cursor=${page.next}`;
    }
    const sorted = all.toSorted((a, b) => (a.start + a.practitioner < b.start + b.practitioner ? -1 : 1));
    expect(all).toHaveLength(24);
    expect(all).toEqual(sorted);
  });

  it("can be asked of one practitioner, and of none who does not offer the service", async () => {
    const [one, two, other] = await Promise.all([newPractitioner(), newPractitioner(), newPractitioner()]);
    const service = await newService([one, two]);
    const slots = await search(service, "2027-06-01T00:00:00Z", "2027-06-01T01:00:00Z", `&practitioner=${two}`);
    expect(slots.map(({ practitioner }) => practitioner)).toEqual([two, two]);
    expect(await search(service, "2027-06-01T00:00:00Z", "2027-06-01T01:00:00Z", `&practitioner=${other}`)).toEqual([]);
  });

  it("are searched over 31 days at most", async () => {
    const service = await serviceWith("UTC", everyDay, "09:00", "10:00");
    const path = (to: string) => `/v1/availability?service=${service}&from=2027-06-01T00:00:00Z&to=${to}`;
    expect((await call("GET", path("2027-07-02T00:00:00Z"), { as: desk })).status).toBe(200);
    expect(await call("GET", path("2027-07-02T00:00:01Z"), { as: desk })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "to" }] },
    });
    expect(await call("GET", path("2027-06-01T00:00:00Z"), { as: desk })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "to" }] },
    });
  });

  it("can all be booked: what is offered is taken", async () => {
    const practitioner = await newPractitioner({
      zone: "America/New_York",
      windows: [{ days: ["sun"], start: "00:00", end: "06:00" }],
    });
    const service = await newService([practitioner], {
      durationMinutes: 20,
      slotIntervalMinutes: 30,
      bufferBeforeMinutes: 5,
      bufferAfterMinutes: 5,
    });
    const slots = await search(service, "2027-11-07T00:00:00-04:00", "2027-11-08T00:00:00-05:00");
    const patients = await newPatients(slots.length);
    const answers = await Promise.all(
      slots.map(({ start }, n) =>
        call("POST", "/v1/appointments", { as: desk, body: { patient: patients[n], practitioner, service, start } }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(slots.map(() => 201));
    expect(slots).toHaveLength(14);
    expect(await search(service, "2027-11-07T00:00:00-04:00", "2027-11-08T00:00:00-05:00")).toEqual([]);
  });

  it("are offered in a zone's own offset on both sides of a clock change", async () => {
    const service = await newService([await newPractitioner(always)], { durationMinutes: 60 });
    const slots = await search(service, "2026-11-01T05:00:00Z", "2026-11-01T07:00:00Z", "&timeZone=America/New_York");
    expect(startsOf(slots)).toEqual(["2026-11-01T01:00:00-04:00", "2026-11-01T01:00:00-05:00"]);
  });
});
