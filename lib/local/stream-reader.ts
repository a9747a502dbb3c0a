import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  type _Record as StreamRecord,
} from "@aws-sdk/client-dynamodb-streams";
import type { Place } from "./stream-place.ts";

/** One look at one shard: the records that came, and whether that was the last of them. */
export interface Page {
  shard: string;
  records: StreamRecord[];
  isLast: boolean;
}

/** Reads a stream from where a place says, a page of each open shard at a time; parents before their children. */
export class StreamReader {
  readonly #client: DynamoDBStreamsClient;
  readonly #place: Place;
  readonly #iterators = new Map<string, string>();
  #shards: Shard[] = [];
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(client: DynamoDBStreamsClient, place: Place) {
    this.#client = client;
    this.#place = place;
  }

  async *pages(): AsyncGenerator<Page> {
    for (const { ShardId: shard = "" } of await this.#openShards()) {
      const ShardIterator = this.#iterators.get(shard) ?? (await this.#iteratorOf(shard));
      const { Records: records = [], NextShardIterator } = await this.#client.send(
        new GetRecordsCommand({ ShardIterator }),
      );
      if (NextShardIterator) this.#iterators.set(shard, NextShardIterator);
      yield { shard, records, isLast: !NextShardIterator };
    }
  }

  /** Goes back to the place, wherever the reading was: after a failure, or when an iterator is out of date. */
  goBack(): void {
    this.#iterators.clear();
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }

  /** The shards with more to come whose parents have none; new ones are looked for every ten seconds. */
  async #openShards(): Promise<Shard[]> {
    if (performance.now() - this.#lookedAt > 10_000) {
      this.#shards = await this.#describe();
      this.#lookedAt = performance.now();
    }
    const isOpen = (shard: string | undefined) =>
      this.#shards.some(({ ShardId }) => ShardId === shard) && !this.#place.shards[shard ?? ""]?.ended;
    return this.#shards.filter(({ ShardId, ParentShardId }) => isOpen(ShardId) && !isOpen(ParentShardId));
  }

  async #describe(): Promise<Shard[]> {
    const shards: Shard[] = [];
    let ExclusiveStartShardId: string | undefined;
    do {
      const { StreamDescription } = await this.#client.send(
        new DescribeStreamCommand({ StreamArn: this.#place.stream, ExclusiveStartShardId }),
      );
      shards.push(...(StreamDescription?.Shards ?? []));
      ExclusiveStartShardId = StreamDescription?.LastEvaluatedShardId;
    } while (ExclusiveStartShardId);
    return shards;
  }

  async #iteratorOf(ShardId: string): Promise<string | undefined> {
    const after = this.#place.shards[ShardId]?.after;
    const from = after
      ? ({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after } as const)
      : ({ ShardIteratorType: "TRIM_HORIZON" } as const);
    const asked = new GetShardIteratorCommand({ StreamArn: this.#place.stream, ShardId, ...from });
    const { ShardIterator } = await this.#client.send(asked).catch((error: Error) => {
      // What was last read is older than the stream keeps: then its oldest record is next.
      if (error.name !== "TrimmedDataAccessException") throw error;
      delete this.#place.shards[ShardId];
      return this.#client.send(
        new GetShardIteratorCommand({ StreamArn: this.#place.stream, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
      );
    });
    return ShardIterator;
  }
}
