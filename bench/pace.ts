import { performance } from "node:perf_hooks";
import { type Replay, record, type Sent } from "./floor.ts";

/** Times in milliseconds of an operation and of its floor. */
export interface Pace {
  atOnce: number;
  operation: number[];
  floor: number[];
}

export interface Measured {
  /** How many run at a time. */
  atOnce: number;
  /** How many are measured, and how many go before unmeasured. */
  count: number;
  warmup: number;
  /** Makes the next operation ready; what it returns is what is measured. */
  next: () => Promise<() => Promise<unknown>>;
  replayOf: (sent: readonly Sent[]) => Replay;
}

/**
 * Measures an operation against its floor: bursts of the one and of the other take turns, and take turns in going first,
 * so that whatever else the machine does meets both alike. Each floor is the replay of what an operation of the burst
 * before has sent.
 */
export async function pace({ atOnce, count, warmup, next, replayOf }: Measured): Promise<Pace> {
  const burst = atOnce === 1 ? 1 : 4 * atOnce;
  const measured: Pace = { atOnce, operation: [], floor: [] };
  let replays: Replay[] = [];
  const operate = async () => {
    const operations = await Promise.all(Array.from({ length: burst }, next));
    const sent: Sent[][] = [];
    const times = await timesOf(operations, atOnce, async (operation) => {
      const recorded = await record(operation);
      sent.push(recorded.sent);
    });
    return { times, replays: sent.map(replayOf) };
  };
  const rounds = Math.ceil((warmup + count) / burst);
  for (let round = 0; round < rounds; round++) {
    const before = replays;
    let operated: Awaited<ReturnType<typeof operate>>;
    let floor: number[];
    if (round % 2 === 0) {
      operated = await operate();
      floor = await timesOf(before, atOnce, (replay) => replay());
    } else {
      floor = await timesOf(before, atOnce, (replay) => replay());
      operated = await operate();
    }
    replays = operated.replays;
    if (round * burst < warmup) continue;
    measured.operation.push(...operated.times);
    measured.floor.push(...floor);
  }
  // What has not been replayed yet: the mirror must not fall behind.
  await timesOf(replays, atOnce, (replay) => replay());
  return measured;
}

/** Does the work on each, so many at a time, and says how long each took. */
async function timesOf<Each>(
  all: readonly Each[],
  atOnce: number,
  work: (each: Each) => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  const worker = async () => {
    for (let each = all[next++]; each !== undefined; each = all[next++]) {
      const started = performance.now();
      await work(each);
      times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return times;
}

/** The value that a share of all does not exceed (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
