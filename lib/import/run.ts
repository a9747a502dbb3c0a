import pLimit from "p-limit";
import type { Api } from "./client.ts";
import { zoneOf } from "./clinic.ts";
import { entries, type Kind, people, visits } from "./kinds.ts";
import type { Places } from "./map-location.ts";
import { mapService } from "./map-practitioner.ts";
import type { Progress } from "./progress.ts";
import { nameOf, readNdjson } from "./read-ndjson.ts";
import { Known } from "./references.ts";
import { type Import, type Item, send } from "./send.ts";
import { Stopped } from "./session.ts";
import { heldTypes, type Survey, survey } from "./survey.ts";
import { Tally } from "./tally.ts";

export interface Options {
  api: Api;
  /** How many requests may be under way at once. */
  concurrency: number;
  /** Hears how many resources there are to send, and of each that is done with. */
  progress?: Progress;
}

/** The name under which visits' kinds are counted. */
const serviceKind = "Encounter type";

/** How many lines are held at a time. */
const batchSize = 250;

/**
 * Sends a folder's resources through the API: people and services, then visits, then the record's entries, so that
 * whatever is referred to is there before. What is there already is recognised by its number, so the same folder can
 * be imported again, also after a run that was cut short.
 */
export async function runImport(folder: string, { api, concurrency, progress }: Options): Promise<Tally> {
  const tally = new Tally();
  const found = await survey(folder, (reason, at) => {
    tally.expect("(line)", 1);
    tally.refused("(line)", reason, at);
  });
  const total = expectations(found, tally);
  progress?.start(total);
  const work = { api, tally, known: new Known(), awaited: new Set(found.held.map(({ name }) => name)) };
  try {
    const zone = found.counts.has("Location") ? await zoneOf(api) : undefined;
    await sendAll({ ...found, zone }, work, { concurrency, progress });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    tally.stopped = error.message;
  }
  return tally;
}

async function sendAll(
  found: Survey & Places,
  work: Import,
  { concurrency, progress }: Omit<Options, "api">,
): Promise<void> {
  const { tally, awaited } = work;
  const limit = pLimit(concurrency);
  for (const items of itemsOf(found, work.known)) {
    for await (const batch of batches(items)) {
      await limit.map(batch, async (item) => {
        if (tally.stopped === undefined) await send(item, work);
        progress?.step();
      });
      if (tally.stopped !== undefined) return;
    }
  }
  for (const { kind, name } of found.held) if (awaited.has(name)) tally.refused(kind, "part-of-nothing-imported", name);
}

/** Enters in the tally how much there is of each kind; answers how much is to be sent. */
function expectations({ counts, services }: Survey, tally: Tally): number {
  const taken = [...people, ...visits, ...entries].map(({ type }) => type);
  const isTaken = (type: string) => taken.includes(type) || heldTypes.includes(type);
  for (const type of [...taken.slice(0, people.length), ...heldTypes]) tally.expect(type, counts.get(type) ?? 0);
  tally.expect(serviceKind, services.size);
  for (const type of taken.slice(people.length)) tally.expect(type, counts.get(type) ?? 0);
  for (const [type, count] of counts) if (!isTaken(type)) tally.untaken.set(type, count);
  return taken.reduce((sum, type) => sum + (counts.get(type) ?? 0), services.size);
}

/** Everything to be sent, in an order in which each refers only to what came before. */
function* itemsOf(found: Survey & Places, known: Known): Generator<AsyncIterable<Item>> {
  for (const kind of people) yield resourcesOf(kind, found, known);
  yield servicesOf(found);
  for (const kind of [...visits, ...entries]) yield resourcesOf(kind, found, known);
}

async function* resourcesOf({ type, map }: Kind, found: Survey & Places, known: Known): AsyncGenerator<Item> {
  for (const file of found.files.get(type) ?? []) {
    for await (const line of readNdjson(file)) {
      const { resource } = line;
      if (resource?.resourceType !== type) continue;
      yield { kind: type, name: nameOf(line), map: () => map(resource, known, found) };
    }
  }
}

async function* servicesOf({ services }: Survey): AsyncGenerator<Item> {
  for (const [code, name] of services) yield { kind: serviceKind, name: code, map: () => mapService(code, name) };
}

async function* batches(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length === batchSize) {
      yield batch;
      batch = [];
    }
  }
  yield batch;
}
