import { describe, expect, it } from "vitest";
import {
  book,
  cancel,
  moveTo,
  recordPast,
  reschedule,
  type Visit,
  type Wish,
} from "../../functions/appointments/model.ts";
import { mayFollow, type Status } from "../../functions/appointments/states.ts";
import { Refusal } from "../../functions/kernel/problem.ts";
import type { Service } from "../../functions/services/model.ts";

const now = "2026-11-30T12:00:00Z";
const service: Service = {
  id: "svc_1",
  name: "Consultation",
  durationMinutes: 30,
  slotIntervalMinutes: 30,
  bufferBeforeMinutes: 5,
  bufferAfterMinutes: 10,
  modality: "in-person",
  capacity: 1,
  practitioners: ["prc_1"],
  active: true,
  version: 1,
  createdAt: now,
  updatedAt: now,
};
const wish: Wish = {
  patient: "pat_1",
  practitioner: "prc_1",
  service: "svc_1",
  resources: [],
  start: "2026-12-02T14:00:00Z",
  reason: "cough",
};
const booked = book(wish, service, { id: "apt_1", now });
const inState = (status: Status): Visit => ({ ...booked, appointment: { ...booked.appointment, status } });

const allowed: Record<string, string[]> = {
  proposed: ["pending", "booked", "cancelled"],
  pending: ["booked", "cancelled"],
  booked: ["arrived", "checked-in", "cancelled", "noshow"],
  arrived: ["checked-in", "cancelled", "noshow"],
  "checked-in": ["fulfilled", "cancelled"],
  waitlist: ["proposed", "booked", "cancelled"],
};
const states = [
  "proposed",
  "pending",
  "booked",
  "arrived",
  "checked-in",
  "fulfilled",
  "cancelled",
  "noshow",
  "waitlist",
  "entered-in-error",
] as const;
const pairs = states.flatMap((from) =>
  states.filter((to) => to !== from).map((to) => ({ from, to, may: Boolean(allowed[from]?.includes(to)) })),
);

function refusalOf(act: () => unknown): Refusal {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error("it was not refused");
}

describe("an appointment's state", () => {
  it.each(pairs)("from $from to $to: $may", ({ from, to, may }) => {
    expect(mayFollow(from, to)).toBe(may);
    if (may) expect(moveTo(inState(from), to, "2026-12-02T15:00:00Z").appointment.status).toBe(to);
    else
      expect(refusalOf(() => moveTo(inState(from), to, now))).toMatchObject({
        kind: "conflict",
        code: "illegal-transition",
        details: { from, to },
      });
  });

  it.each(states.filter((state) => state !== "entered-in-error"))(
    "may be corrected from %s to entered-in-error by an admin, and frees its time",
    (from) => {
      const corrected = moveTo(inState(from), "entered-in-error", now, { asAdmin: true });
      expect(corrected).toMatchObject({ claims: false, appointment: { status: "entered-in-error", version: 2 } });
    },
  );

  it("is noshow only once the appointment has begun", () => {
    expect(refusalOf(() => moveTo(booked, "noshow", "2026-12-02T13:59:59Z")).code).toBe("too-early");
    expect(moveTo(booked, "noshow", "2026-12-02T14:00:00Z").appointment.status).toBe("noshow");
  });

  it("stays as it is when cancelled twice", () => {
    const once = cancel(booked, "ill", now);
    expect(once).toMatchObject({
      claims: false,
      remindAt: undefined,
      appointment: { status: "cancelled", version: 2, cancellation: { reason: "ill", at: now } },
    });
    expect(cancel(once, "other", "2026-12-01T00:00:00Z")).toBe(once);
  });
});

describe("booking and moving", () => {
  it("ends after the service's duration, remembers the buffers and is reminded of a day ahead", () => {
    expect(booked).toMatchObject({
      appointment: {
        start: wish.start,
        end: "2026-12-02T14:30:00Z",
        status: "booked",
        sequence: 0,
        version: 1,
        reason: "cough",
      },
      buffers: { before: 5, after: 10 },
      remindAt: "2026-12-01T14:00:00Z",
    });
  });

  it("has no reminder when it begins within a day", () => {
    expect(book({ ...wish, start: "2026-12-01T11:59:00Z" }, service, { id: "apt_1", now }).remindAt).toBeUndefined();
  });

  it("keeps its id and reason when moved, and raises version and sequence", () => {
    const moved = reschedule(booked, { start: "2026-12-03T14:00:00Z", practitioner: "prc_2", resources: [] }, service, {
      now,
    });
    expect(moved.appointment).toMatchObject({
      id: "apt_1",
      practitioner: "prc_2",
      reason: "cough",
      end: "2026-12-03T14:30:00Z",
      version: 2,
      sequence: 1,
    });
    expect(moved.remindAt).toBe("2026-12-02T14:00:00Z");
  });

  it("does not move once the visit has begun or ended", () => {
    const to = { start: "2026-12-03T14:00:00Z", practitioner: "prc_1", resources: [] } satisfies Partial<Wish>;
    for (const state of ["arrived", "checked-in", "fulfilled", "cancelled", "noshow"] as const) {
      expect(refusalOf(() => reschedule(inState(state), to, service, { now })).code).toBe("illegal-transition");
    }
  });

  it("records a visit as past only when it has ended", () => {
    const visit = { ...wish, start: "2026-11-30T11:00:00Z", end: "2026-11-30T12:00:01Z" };
    expect(refusalOf(() => recordPast(visit, { id: "apt_1", now })).code).toBe("not-in-the-past");
    expect(recordPast({ ...visit, end: now }, { id: "apt_1", now })).toMatchObject({
      claims: false,
      appointment: { status: "fulfilled" },
    });
  });
});
