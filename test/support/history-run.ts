import { setTimeout } from "node:timers/promises";
import { checkHistory, type Told } from "./checker.ts";
import { listingsOf } from "./checker-listings.ts";
import { startClock, wantSpare, wantThings } from "./history-client.ts";
import type { Chance } from "./history-random.ts";
import type { Known, Operation } from "./history-wishes.ts";
import { newScene, type World } from "./history-world.ts";

export interface Round {
  /** What does not hold: one line each, empty where all is well. */
  faults: string[];
  /** What was checked. */
  told: Told;
  /** How often what was answered how: `book 201`. */
  answered: Record<string, number>;
  /** Sendings that went without an answer, or with 503. */
  unanswered: number;
  kills: number;
}

/** How many times faster than ours the requests' clock runs: a hold of a minute lapses after 1.5 seconds. */
const speed = 40;

/** Lets clients loose on a new scene for so many seconds, waits for the last answers, and checks what is left. */
export async function playRound(
  world: World,
  chance: Chance,
  { seconds, clients = 8, killEvery = 3 }: { seconds: number; clients?: number; killEvery?: number },
): Promise<Round> {
  const scene = await newScene(world);
  const clock = startClock(speed);
  const operations: Operation[] = [];
  const known: Known = { appointments: new Map(), holds: [] };
  const end = performance.now() + seconds * 1000;
  const isOver = () => performance.now() > end;
  const telling = { operations, known, clock, isOver };
  let kills = 0;
  const killing = (async () => {
    for (;;) {
      await setTimeout(Math.min(Math.max(0, end - performance.now()), killEvery * 1000 * (0.5 + chance.next())));
      if (isOver()) return;
      kills++;
      await world.kill(chance);
    }
  })();
  await Promise.all([killing, ...Array.from({ length: clients }, () => wantThings(world, scene, chance, telling))]);
  await wantSpare(world, scene, chance, telling);
  await world.weather.settled();
  const [clinic, audit, listings] = await Promise.all([
    world.dump("clinic"),
    world.dump("audit"),
    listingsOf(world, scene),
  ]);
  const told = { clinic, audit, listings, operations, scene, end: Date.parse(clock.next()) };
  const answered: Record<string, number> = {};
  for (const { kind, answers } of operations)
    for (const { status, body } of answers) {
      const name = `${kind} ${status}${body.code ? ` ${body.code}` : ""}`;
      answered[name] = (answered[name] ?? 0) + 1;
    }
  const sent = operations.reduce((sum, { attempts }) => sum + attempts.length, 0);
  const heard = operations.reduce((sum, { answers }) => sum + answers.length, 0);
  return { faults: checkHistory(told), told, answered, unanswered: sent - heard, kills };
}
