import ICAL from "ical.js";
import { describe, expect, it } from "vitest";
import { call, mustCall } from "../support/client.ts";
import { ana, desk, newScene } from "../support/world.ts";

const at = "2027-10-01T12:00:00Z";

/** The entry as another library reads it. */
async function entryOf(id: string) {
  const { status, headers, body } = await call<string>("GET", `/v1/appointments/${id}/calendar.ics`, { as: desk });
  expect([status, headers.get("content-type")]).toEqual([200, "text/calendar; charset=utf-8"]);
  const calendar = new ICAL.Component(ICAL.parse(body));
  const component = calendar.getFirstSubcomponent("vevent") as ICAL.Component;
  const event = new ICAL.Event(component);
  return {
    text: body,
    method: calendar.getFirstPropertyValue("method"),
    uid: event.uid,
    summary: event.summary,
    sequence: event.sequence,
    status: component.getFirstPropertyValue("status"),
    start: event.startDate.toJSDate().toISOString(),
    end: event.endDate.toJSDate().toISOString(),
  };
}

describe("an appointment's calendar entry", () => {
  it("keeps its UID, raises its SEQUENCE through moves, is CANCELLED when cancelled, and is right in DST", async () => {
    const schedule = { zone: "America/New_York", windows: [{ days: ["sun"], start: "00:00", end: "06:00" }] };
    const scene = await newScene(schedule);
    const body = { ...scene, start: "2027-11-07T01:30:00-04:00", reason: "zyxreason" };
    const { id } = await mustCall("POST", "/v1/appointments", { as: desk, at, body });
    const booked = await entryOf(id);
    await mustCall("POST", `/v1/appointments/${id}/reschedule`, {
      as: desk,
      at,
      body: { start: "2027-11-07T01:30:00-05:00" },
    });
    const moved = await entryOf(id);
    await mustCall("POST", `/v1/appointments/${id}/cancel`, { as: desk, at, body: { reason: "zyxreason" } });
    const cancelled = await entryOf(id);
    expect(booked).toMatchObject({
      method: "PUBLISH",
      uid: `${id}@praxis`,
      summary: "Appointment at Demo Clinic",
      status: "CONFIRMED",
      start: "2027-11-07T05:30:00.000Z",
      end: "2027-11-07T06:00:00.000Z",
    });
    expect(moved).toMatchObject({
      uid: booked.uid,
      start: "2027-11-07T06:30:00.000Z",
      end: "2027-11-07T07:00:00.000Z",
    });
    expect(cancelled).toMatchObject({ uid: booked.uid, method: "CANCEL", status: "CANCELLED" });
    expect([booked.sequence, moved.sequence, cancelled.sequence]).toEqual([0, 1, 2]);
    for (const { text } of [booked, moved, cancelled]) expect(text).not.toMatch(/zyxreason|Test service/);
  });

  it("is the patient's own and the staff's", async () => {
    const scene = await newScene();
    const { id } = await mustCall("POST", "/v1/appointments", {
      as: desk,
      body: { ...scene, start: "2027-06-01T09:00:00Z" },
    });
    expect((await call("GET", `/v1/appointments/${id}/calendar.ics`, { as: ana })).status).toBe(404);
  });
});
