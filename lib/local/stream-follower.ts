import { setTimeout } from "node:timers/promises";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { streamPatience } from "../wake.ts";
import { type Outcome, Pauses } from "./stream-pause.ts";
import { keepPlace, type Place, readPlace } from "./stream-place.ts";
import { type Page, StreamReader } from "./stream-reader.ts";
import { recordOf, type Wanted } from "./stream-record.ts";

export interface FollowerOptions {
  endpoint: string;
  table: string;
  /** Which records to hand on. */
  wanted: Wanted;
  /** The most of them at once; ten unless said. */
  batchSize?: number;
  /** How often what fails is tried again before it is given up; `always`: it never is. */
  retries?: number | "always";
  /** How long to rest after each look, also one that found something, in milliseconds: what comes then goes together. */
  rest?: number;
  /** Looks only while somebody waits for all to be dealt with. */
  isIdle?: boolean;
  /** The file in which it keeps its place, so that the next start goes on from there. */
  placeFile: string;
  invoke: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
}

/** Something that works beside the requests. */
export interface Follower {
  /** Resolves once all that lies in the stream is dealt with. */
  settled(): Promise<void>;
  /** Ends it when what is under way is done. */
  stop(): Promise<void>;
}

/**
 * Does on a laptop what an event source mapping does: reads a table's stream from its beginning, or from where it
 * stopped, and hands what is wanted of it to a function. What the function fails at, and all after it, it is handed again.
 */
export async function followStream(options: FollowerOptions): Promise<Follower> {
  const { endpoint, table, placeFile } = options;
  const client = new DynamoDBClient({ endpoint });
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  client.destroy();
  const stream = Table?.LatestStreamArn;
  if (!stream) throw new Error(`the table ${table} has no stream`);
  const streams = new DynamoDBStreamsClient({ endpoint });
  const following = new Following(options, await readPlace(placeFile, stream), streams);
  const running = following.run();
  return {
    settled: () => following.settled(),
    stop: async () => {
      following.end();
      await running;
      streams.destroy();
    },
  };
}

class Following {
  readonly #options: FollowerOptions;
  readonly #place: Place;
  readonly #reader: StreamReader;
  #ending = new AbortController();
  #hurry = new AbortController();
  #pass = 0;
  readonly #pauses = new Pauses();
  #waiting: { since: number; resolve: () => void }[] = [];
  readonly #attempts = new Map<string, number>();

  constructor(options: FollowerOptions, place: Place, streams: DynamoDBStreamsClient) {
    this.#options = options;
    this.#place = place;
    this.#reader = new StreamReader(streams, place);
  }

  async run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const outcome = await this.#lookOnce();
      if (outcome === "nothing") this.#tellSettled();
      this.#hurry = new AbortController();
      const signal = AbortSignal.any([this.#ending.signal, this.#hurry.signal]);
      const pause = this.#pauses.after(outcome, { ...this.#options, isAwaited: this.#waiting.length > 0 });
      if (pause > 0) await setTimeout(pause, undefined, { signal }).catch(() => undefined);
    }
    for (const { resolve } of this.#waiting) resolve();
  }

  end(): void {
    this.#ending.abort();
  }

  /** A look that begins from now on and finds nothing tells that all before it is dealt with. */
  settled(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ since: this.#pass, resolve });
    this.#hurry.abort();
    return promise;
  }

  #tellSettled(): void {
    const isOver = ({ since }: { since: number }) => this.#pass > since;
    for (const { resolve } of this.#waiting.filter(isOver)) resolve();
    this.#waiting = this.#waiting.filter((each) => !isOver(each));
  }

  async #lookOnce(): Promise<Outcome> {
    this.#pass++;
    let outcome: "nothing" | "something" = "nothing";
    try {
      for await (const page of this.#reader.pages()) {
        if (page.records.length === 0 && !page.isLast) continue;
        outcome = "something";
        await this.#deal(page);
      }
      return outcome;
    } catch (error) {
      const { name, message } = error as Error;
      if (!expected.has(name)) console.error("The stream cannot be read:", message);
      this.#reader.goBack();
      return "failed";
    }
  }

  /** Hands on what of a page is wanted, batch by batch, and keeps the place after each. */
  async #deal({ shard, records, isLast }: Page): Promise<void> {
    const wanted = records.filter(this.#options.wanted);
    const { batchSize = streamPatience.batchSize } = this.#options;
    for (let from = 0; from < wanted.length; from += batchSize) {
      const batch = wanted.slice(from, from + batchSize).map((each) => recordOf(each, this.#place.stream));
      const failed = await this.#failedOf(batch);
      if (failed === undefined) continue;
      const before = records.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === failed) - 1;
      await this.#reach(shard, records[before]?.dynamodb?.SequenceNumber);
      throw new NotDone();
    }
    await this.#reach(shard, records.at(-1)?.dynamodb?.SequenceNumber, isLast);
  }

  /** The sequence number of the first record that is to be handed on again; what failed too often is given up. */
  async #failedOf(Records: DynamoDBStreamEvent["Records"]): Promise<string | undefined> {
    const numbers = Records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? "");
    const { batchItemFailures } = await this.#options.invoke({ Records }).catch(() => ({
      batchItemFailures: [{ itemIdentifier: numbers[0] ?? "" }],
    }));
    const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    return numbers
      .filter((number) => failed.includes(number))
      .find((number) => {
        const attempts = (this.#attempts.get(number) ?? 0) + 1;
        this.#attempts.set(number, attempts);
        const { retries = streamPatience.retryAttempts } = this.#options;
        if (retries === "always" || attempts <= retries) return true;
        console.error(`An event was given up after ${attempts} attempts: record ${number} of the stream.`);
        return false;
      });
  }

  async #reach(shard: string, after: string | undefined, isLast = false): Promise<void> {
    const reached = this.#place.shards[shard];
    this.#place.shards[shard] = {
      ...reached,
      ...(after ? { after } : {}),
      ...(isLast ? { ended: true as const } : {}),
    };
    await keepPlace(this.#options.placeFile, this.#place);
  }
}

/** What befalls a reader now and then, and is mended by going back to its place. */
const expected = new Set(["NotDone", "ExpiredIteratorException", "TrimmedDataAccessException"]);

/** Thrown when a function did not do all it was handed: it is handed the rest again. */
class NotDone extends Error {
  override name = "NotDone";
}
