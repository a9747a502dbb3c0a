import { join } from "node:path";
import type { DynamoDBBatchResponse } from "aws-lambda";
import { type NamedWorker, workers } from "../../functions/workers.ts";
import type { Wake } from "./handlers.ts";
import { type Follower, followStream } from "./stream-follower.ts";

/** The functions that no request calls, at work. */
export interface Workers {
  /** Has the clock's workers do what is due at an instant (ms since 1970), as if that were now. */
  tick(at: number): Promise<void>;
  /** Resolves once every event so far, and what came of it, is dealt with. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const minute = 60_000;

/** Sets every worker to work: those of the outbox follow the table's stream, those of the clock are woken each minute. */
export async function startWorkers(place: {
  endpoint: string;
  table: string;
  /** Where each follower keeps its place. */
  folder: string;
  wake: Wake;
}): Promise<Workers> {
  const { wake, folder } = place;
  const follow = (worker: NamedWorker & { wakes: { events: readonly string[] } }): Promise<Follower> =>
    followStream({
      ...place,
      types: worker.wakes.events,
      placeFile: join(folder, `${worker.name}.place.json`),
      invoke: (event) => wake(worker, event) as Promise<DynamoDBBatchResponse>,
    });
  const followers = await Promise.all(workers.flatMap((worker) => (isOfOutbox(worker) ? follow(worker) : [])));
  const ofClock = workers.filter((worker) => !isOfOutbox(worker));
  const tick = async (at: number) => {
    const event = { source: "aws.events", "detail-type": "Scheduled Event", time: new Date(at).toISOString() };
    await Promise.all(ofClock.map((worker) => wake(worker, event)));
  };
  // What a tick fails at, it has logged, and the next one does.
  const clock = setInterval(() => void tick(Date.now()).catch(() => undefined), minute);
  return {
    tick,
    settled: async () => void (await Promise.all(followers.map((follower) => follower.settled()))),
    stop: async () => {
      clearInterval(clock);
      await Promise.all(followers.map((follower) => follower.stop()));
    },
  };
}

function isOfOutbox(worker: NamedWorker): worker is NamedWorker & { wakes: { events: readonly string[] } } {
  return "events" in worker.wakes;
}
