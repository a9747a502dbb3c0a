import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Claim, changesBetween } from "../../functions/appointments/changes.ts";
import {
  busyOf,
  cellName,
  type Day,
  daysOf,
  forGood,
  isTaken,
  listedOn,
} from "../../functions/appointments/day-book.ts";

const at = (text: string) => Date.parse(text);
const lists = { id: "apt_1", start: at("2026-12-01T14:00:00Z"), end: at("2026-12-01T14:30:00Z") };
const claim = (from: string, to: string, thing = "prc_1"): Claim => ({
  thing,
  until: forGood,
  takes: { start: at(from), end: at(to) },
  lists: { id: "apt_1", start: at(from), end: at(to) },
});

describe("a claim in the day-book", () => {
  it("takes every five-minute cell it touches, and lists the appointment on the day it starts", () => {
    const changes = changesBetween([], [claim("2026-12-01T14:00:00Z", "2026-12-01T14:30:00Z")]);
    expect(changes).toMatchObject([
      { thing: "prc_1", date: "2026-12-01", take: [168, 169, 170, 171, 172, 173], free: [], list: lists },
    ]);
  });

  it("takes the cells of both days when it crosses UTC midnight", () => {
    const changes = changesBetween([], [claim("2026-12-01T23:50:00Z", "2026-12-02T00:10:00Z")]);
    expect(changes.map(({ date, take, list }) => ({ date, take, isListed: Boolean(list) }))).toEqual([
      { date: "2026-12-01", take: [286, 287], isListed: true },
      { date: "2026-12-02", take: [0, 1], isListed: false },
    ]);
  });

  it("leaves alone, when moved onto its own old time, the cells it keeps", () => {
    const before = [claim("2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z")];
    const after = [claim("2026-12-01T09:30:00Z", "2026-12-01T10:30:00Z")];
    const [change] = changesBetween(before, after);
    expect(change).toMatchObject({ take: [120, 121, 122, 123, 124, 125], free: [108, 109, 110, 111, 112, 113] });
    expect(change).not.toHaveProperty("unlist");
  });

  it("goes from one practitioner's book to another's", () => {
    const before = [claim("2026-12-01T09:00:00Z", "2026-12-01T09:10:00Z", "prc_1")];
    const after = [claim("2026-12-01T09:00:00Z", "2026-12-01T09:10:00Z", "prc_2")];
    expect(changesBetween(before, after)).toMatchObject([
      { thing: "prc_2", date: "2026-12-01", take: [108, 109], free: [], list: after[0]?.lists },
      { thing: "prc_1", date: "2026-12-01", take: [], free: [108, 109], unlist: "apt_1" },
    ]);
  });

  it("frees its cells when it takes nothing any more, and stays listed", () => {
    const booked = claim("2026-12-01T09:00:00Z", "2026-12-01T09:10:00Z");
    expect(changesBetween([booked], [{ ...booked, takes: undefined }])).toMatchObject([
      { thing: "prc_1", date: "2026-12-01", take: [], free: [108, 109] },
    ]);
  });

  it("takes over the cells of a hold, which must still be the hold's, and its entry", () => {
    const until = at("2026-12-01T08:05:00Z");
    const booked = claim("2026-12-01T09:00:00Z", "2026-12-01T09:10:00Z");
    const held: Claim = { ...booked, until, lists: { ...booked.lists, id: "hld_1", until } };
    expect(changesBetween([held], [booked])).toMatchObject([
      { take: [], retake: [108, 109], free: [], from: until, until: forGood, list: { id: "apt_1" }, unlist: "hld_1" },
    ]);
  });

  it("changes nothing when nothing changed", () => {
    const booked = claim("2026-12-01T09:00:00Z", "2026-12-01T09:10:00Z");
    expect(changesBetween([booked], [booked])).toEqual([]);
  });

  it("holds after any move exactly the cells of its new time", () => {
    const minutes5 = 300_000;
    const time = fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 1, max: 90 }));
    const base = at("2026-12-01T00:00:00Z");
    const claimed = ([start, length]: [number, number]): Claim => {
      const takes = { start: base + start * minutes5, end: base + (start + length) * minutes5 };
      return { thing: "prc_1", takes, until: forGood, lists: { id: "apt_1", ...takes } };
    };
    const cellsAfter = (held: Set<string>, changes: ReturnType<typeof changesBetween>) => {
      for (const { date, take, free } of changes) {
        for (const cell of take) expect(held.has(`${date} ${cell}`)).toBe(false);
        for (const cell of free) expect(held.delete(`${date} ${cell}`)).toBe(true);
        for (const cell of take) held.add(`${date} ${cell}`);
      }
      return held;
    };
    fc.assert(
      fc.property(time, time, (from, to) => {
        const moved = cellsAfter(
          cellsAfter(new Set(), changesBetween([], [claimed(from)])),
          changesBetween([claimed(from)], [claimed(to)]),
        );
        const fresh = cellsAfter(new Set(), changesBetween([], [claimed(to)]));
        expect(moved).toEqual(fresh);
      }),
      { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 200) },
    );
  });
});

describe("a day as read", () => {
  const now = at("2026-12-01T00:00:00Z");
  const day: Day = {
    sk: "2026-12-01",
    [cellName(108)]: forGood,
    [cellName(109)]: forGood,
    [cellName(120)]: now + 60_000,
    [cellName(130)]: now - 1,
    off: { off_1: [at("2026-12-01T16:00:00Z"), at("2026-12-03T00:00:00Z")] },
    rev: 4,
    apt_b: [at("2026-12-01T09:05:00Z"), at("2026-12-01T09:10:00Z")],
    apt_a: [at("2026-12-01T09:00:00Z"), at("2026-12-01T09:05:00Z")],
  };

  it("is busy where cells are taken or held, and in time off; a lapsed hold is free", () => {
    expect(busyOf(day, now)).toEqual([
      { start: at("2026-12-01T09:00:00Z"), end: at("2026-12-01T09:10:00Z") },
      { start: at("2026-12-01T10:00:00Z"), end: at("2026-12-01T10:05:00Z") },
      { start: at("2026-12-01T16:00:00Z"), end: at("2026-12-03T00:00:00Z") },
    ]);
  });

  it("says of single cells whether they are taken", () => {
    expect([
      isTaken(day, [107, 108], now),
      isTaken(day, [130], now),
      isTaken(day, [120], now + 60_001),
      isTaken(undefined, [1], now),
    ]).toEqual([true, false, false, false]);
  });

  it("lists its appointments by start", () => {
    expect(listedOn(day).map(({ id }) => id)).toEqual(["apt_a", "apt_b"]);
  });
});

it("names the days a stretch of time touches; one that ends at midnight does not touch the next", () => {
  expect(daysOf({ start: at("2026-12-31T23:00:00Z"), end: at("2027-01-01T00:00:00Z") })).toEqual(["2026-12-31"]);
  expect(daysOf({ start: at("2026-12-31T23:00:00Z"), end: at("2027-01-02T00:00:01Z") })).toEqual([
    "2026-12-31",
    "2027-01-01",
    "2027-01-02",
  ]);
});
