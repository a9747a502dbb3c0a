import { performance } from "node:perf_hooks";
import { daysOn } from "./calendar.ts";
import { type Replay, record } from "./floor.ts";
import { prepareAny } from "./lambda.ts";
import { median } from "./pace.ts";
import type { Finding, Size } from "./report.ts";
import { copyToMirror, type World } from "./world.ts";

/** Many at once: 16 who want different times of one practitioner on one day, and 100 who want the same time. */
export async function contention(world: World, { crowds }: Size): Promise<Finding> {
  await copyToMirror(world);
  const rounds: Crowd[] = [];
  for (let round = 0; round < crowds; round++) rounds.push(await sixteen(world, round));
  const booked = rounds.reduce((sum, { succeeded }) => sum + succeeded, 0);
  const rivals = await hundred(world, crowds);
  const [ms, floorMs] = [median(rounds.map((each) => each.ms)), median(rounds.map((each) => each.floorMs))];
  const text = [
    `16 different times of one practitioner's day, at once: ${booked} of ${16 * crowds} booked;`,
    `  p50 ${ms.toFixed(1)} ms for all 16, ${floorMs.toFixed(1)} ms for 16 bare bookings, ratio ${(ms / floorMs).toFixed(2)}`,
    `100 for one time, at once: ${rivals.succeeded} booked, ${rivals.taken} slot-taken, ${rivals.others} others`,
  ];
  const isOne = rivals.succeeded === 1 && rivals.taken === 99 && rivals.listed === 1;
  return {
    title: `One practitioner, many callers (${crowds} crowds of 16, one of 100)`,
    text: text.join("\n"),
    raw: { rounds, rivals },
    verdicts: [
      {
        aim: "16 parallel bookings of different times all succeed",
        seen: `${booked} of ${16 * crowds}`,
        holds: booked === 16 * crowds,
        isCorrectness: true,
      },
      {
        aim: "of 100 rivals for one time exactly one succeeds, the others are told slot-taken",
        seen: `${rivals.succeeded} booked and ${rivals.listed} listed, ${rivals.taken} slot-taken`,
        holds: isOne,
        isCorrectness: true,
      },
    ],
  };
}

interface Crowd {
  succeeded: number;
  ms: number;
  floorMs: number;
}

/** One crowd of 16 on a day of its own; its floor are the same 16 pairs of requests, all at once. */
async function sixteen(world: World, round: number): Promise<Crowd> {
  const midnight = Date.parse(daysOn(round));
  const wishes = await Promise.all(
    world.patients.slice(0, 16).map((patient, place) => wish(world, patient, midnight + place * 30 * 60_000)),
  );
  const started = performance.now();
  const recorded = await Promise.all(wishes.map((invoke) => record(invoke)));
  const ms = performance.now() - started;
  const succeeded = recorded.filter(({ answer }) => answer.statusCode === 201).length;
  const replays = recorded.map(({ sent }) => world.replayOf(sent));
  return { succeeded, ms, floorMs: await timeOf(replays) };
}

async function timeOf(replays: readonly Replay[]): Promise<number> {
  const started = performance.now();
  await Promise.all(replays.map((replay) => replay()));
  return performance.now() - started;
}

async function hundred(world: World, day: number) {
  const start = Date.parse(daysOn(day)) + 10 * 3_600_000;
  const wishes = await Promise.all(world.patients.slice(0, 100).map((patient) => wish(world, patient, start)));
  const answers = await Promise.all(wishes.map((invoke) => invoke()));
  const succeeded = answers.filter(({ statusCode }) => statusCode === 201).length;
  const taken = answers.filter(({ statusCode, body }) => statusCode === 409 && body.includes('"slot-taken"')).length;
  const list = await prepareAny("appointments.list", {
    token: world.tokens.desk,
    query: { practitioner: world.everOpen.practitioner, from: new Date(start).toISOString(), to: daysOn(day + 1) },
  });
  const { items } = JSON.parse((await list()).body) as { items: unknown[] };
  return { succeeded, taken, others: 100 - succeeded - taken, listed: items.length };
}

function wish({ everOpen, tokens }: World, patient: string, start: number) {
  const body = { ...everOpen, patient, start: new Date(start).toISOString() };
  return prepareAny("appointments.book", { token: tokens.desk, body });
}
