import { readFile, rename, writeFile } from "node:fs/promises";

/** How far a shard was read: the sequence number of the last record dealt with, or that nothing more will come of it. */
export interface Reached {
  after?: string;
  ended?: true;
}

/** How far a reader has come in a stream, shard by shard. */
export interface Place {
  stream: string;
  shards: Record<string, Reached>;
}

/** The place that was kept in a file, if it is one in this stream; else the stream's beginning. */
export async function readPlace(file: string, stream: string): Promise<Place> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  const place = text === undefined ? undefined : (JSON.parse(text) as Place);
  return place?.stream === stream ? place : { stream, shards: {} };
}

/** Keeps a place in a file: all of it or what was there before, should the process end meanwhile. */
export async function keepPlace(file: string, place: Place): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(place), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
