import { describe, expect, it } from "vitest";
import { byRank, suiting } from "../../functions/waitlist/fit.ts";
import {
  add,
  type Entry,
  earliestOffer,
  end,
  type KeptEntry,
  lapseOf,
  nextLook,
  offer,
  reopen,
} from "../../functions/waitlist/model.ts";

const now = "2027-05-01T12:00:00Z";
const wish = {
  patient: "pat_1",
  service: "svc_1",
  from: "2027-03-01T00:00:00Z",
  to: "2027-12-01T00:00:00Z",
} as unknown as Parameters<typeof add>[0];
const waiting = (more: Partial<Entry> = {}): KeptEntry => {
  const { entry, ...kept } = add(wish, { id: "wtl_1", now });
  return { ...kept, entry: { ...entry, ...more } };
};
const slot = (start: string, minutes = 30) => ({ start: Date.parse(start), end: Date.parse(start) + minutes * 60_000 });
const offerAt = (start: string, expiresAt: string) =>
  ({ hold: "hld_1", start, end: start, practitioner: "prc_1", expiresAt }) as unknown as NonNullable<Entry["offer"]>;

/** Whether a time suits, looked for within the two months around it. */
function suits(entry: Partial<Entry>, time: ReturnType<typeof slot>, zone = "UTC"): boolean {
  const month = 31 * 86_400_000;
  return suiting(waiting(entry), zone, { start: time.start - month, end: time.start + month })(time);
}

describe("a time suits", () => {
  it("that starts in the window, its first moment included and its last not", () => {
    const entry = { from: "2027-06-01T09:00:00Z", to: "2027-06-01T10:00:00Z" };
    const starts = ["08:59:59", "09:00:00", "09:59:59", "10:00:00"].map((time) => slot(`2027-06-01T${time}Z`));
    expect(starts.map((each) => suits(entry, each))).toEqual([false, true, true, false]);
  });

  it("on the days of the practitioner's zone, or of the one named", () => {
    // 03:30 UTC on Tuesday the 1st is Monday evening in New York.
    const time = slot("2027-06-01T03:30:00Z");
    expect(suits({ weekdays: ["mon"] }, time, "America/New_York")).toBe(true);
    expect(suits({ weekdays: ["mon"] }, time, "UTC")).toBe(false);
    expect(suits({ weekdays: ["tue"], timeZone: "UTC" }, time, "America/New_York")).toBe(true);
  });

  it("that begins on one of the days, though it ends on the next", () => {
    expect(suits({ weekdays: ["mon"] }, slot("2027-05-31T23:45:00Z"))).toBe(true);
  });

  it("that lies within the hours from its start to its end", () => {
    const hours = { start: "09:00", end: "10:00" };
    const starts = ["08:55", "09:00", "09:30", "09:35"].map((time) => slot(`2027-06-01T${time}:00Z`));
    expect(starts.map((each) => suits({ hours }, each))).toEqual([false, true, true, false]);
  });

  it("within hours over midnight, counted to the day on which they begin", () => {
    const entry = { hours: { start: "22:00", end: "02:00" }, weekdays: ["mon" as const] };
    const starts = ["2027-05-31T23:45:00Z", "2027-06-01T01:30:00Z", "2027-06-01T22:00:00Z"].map((time) => slot(time));
    expect(starts.map((each) => suits(entry, each))).toEqual([true, true, false]);
  });

  it("by the clock on both sides of a change of the clocks", () => {
    const hours = { start: "09:00", end: "09:30" };
    const starts = ["2027-11-06T13:00:00Z", "2027-11-07T13:00:00Z", "2027-11-07T14:00:00Z"].map((time) => slot(time));
    expect(starts.map((each) => suits({ hours }, each, "America/New_York"))).toEqual([true, false, true]);
  });

  it("unless it was refused", () => {
    const { entry } = waiting();
    const kept = { entry, refused: ["2027-06-01T09:00:00Z"], dueAt: now };
    const isSuitable = suiting(kept, "UTC", slot("2027-06-01T00:00:00Z", 1440));
    expect(isSuitable(slot("2027-06-01T09:00:00Z"))).toBe(false);
    expect(isSuitable(slot("2027-06-01T09:30:00Z"))).toBe(true);
  });
});

describe("those who wait", () => {
  it("come by priority, then by age, to the millisecond", () => {
    const entries = [
      waiting({ priority: 1, createdAt: "2027-05-01T12:00:00.500Z", id: "wtl_a" }),
      waiting({ priority: 1, createdAt: "2027-05-01T12:00:00Z", id: "wtl_b" }),
      waiting({ priority: 9, createdAt: "2027-05-01T13:00:00Z", id: "wtl_c" }),
    ];
    expect(entries.toSorted(byRank).map(({ entry }) => entry.id)).toEqual(["wtl_c", "wtl_b", "wtl_a"]);
  });
});

describe("an entry", () => {
  it("is looked at again a day later, or when its time has passed", () => {
    expect(nextLook(wish, now)).toBe("2027-05-02T12:00:00Z");
    expect(nextLook({ to: "2027-05-01T13:00:00Z" }, now)).toBe("2027-05-01T13:00:00Z");
  });

  it("that is offered a time is due when the offer lapses; declined, it waits on and remembers the time", () => {
    const start = "2027-06-01T09:00:00Z";
    const offered = offer(waiting(), offerAt(start, "2027-05-01T13:00:00Z"), now);
    expect(offered).toMatchObject({ entry: { status: "offered", version: 2 }, dueAt: "2027-05-01T13:00:00Z" });
    const again = reopen(offered, now);
    expect(again).toMatchObject({ entry: { status: "waiting", version: 3 }, refused: [start] });
    expect(again.entry).not.toHaveProperty("offer");
  });

  it("remembers the last fifty times that it refused", () => {
    let kept = waiting();
    for (let n = 0; n < 60; n++) kept = reopen(offer(kept, offerAt(`2027-06-01T09:00:00.${100 + n}Z`, now), now), now);
    expect(kept.refused).toHaveLength(50);
    expect(kept.refused.at(-1)).toBe("2027-06-01T09:00:00.159Z");
  });

  it("whose offer ends after its time is over", () => {
    const late = reopen(offer(waiting({ to: now }), offerAt(now, now), now), now);
    expect(late).toMatchObject({ entry: { status: "expired" }, dueAt: undefined });
  });

  it("that is booked cannot be left, one that waits can", () => {
    expect(end(waiting(), "cancelled", now).entry.status).toBe("cancelled");
    expect(() => end(waiting({ status: "booked" }), "cancelled", now)).toThrow("illegal-transition");
  });
});

describe("an offer", () => {
  it("stands for an hour, as long as the policy says, or until its time can no longer be booked", () => {
    const start = "2027-06-01T09:00:00Z";
    expect(lapseOf(start, {}, now)).toBe("2027-05-01T13:00:00Z");
    expect(lapseOf(start, { offerMinutes: 1440 }, now)).toBe("2027-05-02T12:00:00Z");
    expect(lapseOf("2027-05-01T12:40:00Z", {}, now)).toBe("2027-05-01T12:40:00Z");
    expect(lapseOf("2027-05-01T12:40:00Z", { noticeMinutes: 30 }, now)).toBe("2027-05-01T12:10:00Z");
  });

  it("is made only where five minutes are left to accept it", () => {
    expect(earliestOffer(undefined, now)).toBe(Date.parse("2027-05-01T12:05:00Z"));
    expect(earliestOffer(60, now)).toBe(Date.parse("2027-05-01T13:05:00Z"));
  });
});
