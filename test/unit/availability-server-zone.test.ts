import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const model = new URL("../../functions/availability/model.ts", import.meta.url).href;

/** Days of changing clocks in three zones, and an evening that is the next day in UTC. */
const script = `
  import { openSlots, placeOf } from ${JSON.stringify(model)};
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  const timing = { durationMinutes: 30, slotIntervalMinutes: 30, bufferBeforeMinutes: 5, bufferAfterMinutes: 5 };
  const searches = [
    ["America/New_York", "2026-02-12T20:00:00-05:00", "2026-02-12T22:00:00-05:00"],
    ["America/New_York", "2026-03-07T00:00:00Z", "2026-03-10T00:00:00Z"],
    ["Africa/Cairo", "2026-04-22T00:00:00Z", "2026-04-26T00:00:00Z"],
    ["Pacific/Chatham", "2026-09-25T00:00:00Z", "2026-09-29T00:00:00Z"],
  ].map(([zone, from, to]) => {
    const windows = days.map((day, i) => ({ days: [day], start: "2" + (i % 4) + ":30", end: "03:15" }));
    const schedule = { zone, windows: [...windows, { days: ["thu"], start: "20:00", end: "22:00" }] };
    const within = { start: Date.parse(from), end: Date.parse(to) };
    const slots = [...openSlots({ schedule, timing, within, now: 0, busy: [] })].map(({ start }) => start);
    return { slots, places: slots.map((start) => placeOf(schedule, timing, start)) };
  });
  const clock = new Date(Date.UTC(2026, 5, 1)).getHours();
  console.log(JSON.stringify({ clock, searches }));
`;

interface Answer {
  clock: number;
  searches: { slots: number[]; places: string[] }[];
}

function onServerIn(zone: string): Answer {
  const shown = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    env: { ...process.env, TZ: zone, NODE_OPTIONS: "" },
    encoding: "utf8",
  });
  return JSON.parse(shown) as Answer;
}

test("servers in UTC, Tokyo, Los Angeles and Kiritimati find the same times", { timeout: 30_000 }, () => {
  const answers = ["UTC", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati"].map(onServerIn);
  expect(answers.map(({ clock }) => clock)).toEqual([0, 9, 17, 14]);
  for (const { searches } of answers) expect(searches).toEqual(answers[0]?.searches);
  const evening = answers[0]?.searches[0];
  expect(evening?.slots).toContain(Date.parse("2026-02-12T20:00:00-05:00"));
  expect(new Set(answers[0]?.searches.flatMap(({ places }) => places))).toEqual(new Set(["open"]));
});
