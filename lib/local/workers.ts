import { join } from "node:path";
import type { DynamoDBBatchResponse } from "aws-lambda";
import type { TableName } from "../../functions/kernel/families.ts";
import { type NamedWorker, workers } from "../../functions/workers.ts";
import { trailPatience } from "../wake.ts";
import type { Wake } from "./handlers.ts";
import { type Follower, type FollowerOptions, followStream } from "./stream-follower.ts";
import { eventsOf, ofTrail } from "./stream-record.ts";

/** The functions that no request calls, at work. */
export interface Workers {
  /** Has the clock's workers, or one room's, do what is due at an instant (ms since 1970), as if that were now. */
  tick(at: number, room?: string): Promise<void>;
  /** Resolves once every event so far, and what came of it, is dealt with; or every entry of the audit trail. */
  settled(of: "events" | "trail"): Promise<void>;
  /** Hands what a scanner tells EventBridge to whom it wakes, three times at most; whether it was dealt with. */
  scanned(event: unknown): Promise<boolean>;
  stop(): Promise<void>;
}

const minute = 60_000;

/** Sets every worker to work: those of a table's stream follow it, those of the clock are woken each minute or hour. */
export async function startWorkers(place: {
  endpoint: string;
  tableNames: Record<TableName, string>;
  /** Where each follower keeps its place. */
  folder: string;
  wake: Wake;
  /** The audit trail is sealed only when somebody waits for it: nobody else is slowed by it. */
  sealsWhenAsked?: boolean | undefined;
}): Promise<Workers> {
  const { endpoint, wake, folder, tableNames, sealsWhenAsked = false } = place;
  const follow = (worker: NamedWorker, followed: Followed): Promise<Follower> =>
    followStream({
      endpoint,
      ...followed,
      isIdle: sealsWhenAsked && "trail" in worker.wakes,
      placeFile: join(folder, `${worker.name}.place.json`),
      invoke: (event) => wake(worker, event) as Promise<DynamoDBBatchResponse>,
    });
  const followersOf = (of: "events" | "trail") =>
    Promise.all(
      workers.flatMap((worker) => {
        const followed = followedBy(worker, tableNames);
        return followed && of in worker.wakes ? follow(worker, followed) : [];
      }),
    );
  const followers = { events: await followersOf("events"), trail: await followersOf("trail") };
  const tick = async (at: number, ofClock: readonly NamedWorker[]) => {
    const event = { source: "aws.events", "detail-type": "Scheduled Event", time: new Date(at).toISOString() };
    await Promise.all(ofClock.map((worker) => wake(worker, event)));
  };
  // What a tick fails at, it has logged, and the next one does.
  const clock = setInterval(() => {
    const isHour = new Date().getMinutes() === 0;
    const isDue = ({ wakes }: NamedWorker) => "every" in wakes && (wakes.every === "1 minute" || isHour);
    void tick(Date.now(), workers.filter(isDue)).catch(() => undefined);
  }, minute);
  const scanned = async (event: unknown) => {
    const ofScans = workers.filter(({ wakes }) => "scans" in wakes);
    for (let attempt = 1; attempt <= 3; attempt++) {
      const done = await Promise.all(ofScans.map((worker) => wake(worker, event))).then(
        () => true,
        () => false,
      );
      if (done) return true;
    }
    return false;
  };
  return {
    scanned,
    tick: (at, room = "") =>
      tick(
        at,
        workers.filter(({ name, wakes }) => "every" in wakes && name.startsWith(room)),
      ),
    settled: async (of) => void (await Promise.all(followers[of].map((follower) => follower.settled()))),
    stop: async () => {
      clearInterval(clock);
      await Promise.all(Object.values(followers).flatMap((some) => some.map((follower) => follower.stop())));
    },
  };
}

type Followed = Pick<FollowerOptions, "table" | "wanted" | "batchSize" | "retries" | "rest">;

/** The stream that a worker follows, and what it wants of it; none for the others. */
function followedBy({ wakes }: NamedWorker, tableNames: Record<TableName, string>): Followed | undefined {
  if ("events" in wakes) return { table: tableNames.clinic, wanted: eventsOf(wakes.events) };
  if ("trail" in wakes) {
    const { batchSize } = trailPatience;
    // Each batch is signed and archived: a few large ones are cheaper than many small ones.
    return { table: tableNames.audit, wanted: ofTrail, batchSize, retries: "always", rest: 3000 };
  }
  return undefined;
}
