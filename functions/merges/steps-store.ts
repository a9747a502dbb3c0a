import { aheadAt } from "../appointments/day-book-store.ts";
import { deleteAllExports } from "../exports/erasing-store.ts";
import { placesAt } from "../holds/store.ts";
import { clear } from "../kernel/clear.ts";
import { tryAgain } from "../kernel/try-again.ts";
import { ownAt } from "../waitlist/store.ts";
import { access, consents, documents, feeds, records } from "./data-store.ts";
import { eachNoted, type Moving, type Thing, thingOf } from "./journal-store.ts";
import type { Step } from "./model.ts";
import { appointments, holds, waitlist } from "./times-store.ts";

/** A kind of thing that is handed over: all of them that somebody has, and how one goes, with its note. */
export interface Kind {
  each: (moving: Moving) => AsyncGenerator<string>;
  move: (moving: Moving, thing: Thing) => Promise<void>;
  /** What is to be seen to when all of them have gone. */
  after?: (moving: Moving) => Promise<void>;
}

/**
 * What is left of whoever is there no more tells of nothing: lapsed holds, counts that are at nought. An export tells of
 * half a person, under an id that is no more: it ends.
 */
const remains: Kind = {
  each: async function* () {
    // None of it goes anywhere.
  },
  move: async () => undefined,
  after: async ({ from: { clinic, patient }, isBack }) => {
    if (isBack) return;
    await deleteAllExports(clinic, patient);
    await clear(aheadAt(clinic, patient));
    await clear(placesAt(clinic, patient));
    await clear(ownAt(clinic, patient, ""));
  },
};

/** What is handed over, in this order; on the way back, in the other. */
const kinds: readonly [Step, Kind][] = [
  ["waitlist", waitlist],
  ["holds", holds],
  ["appointments", appointments],
  ["records", records],
  ["documents", documents],
  ["consents", consents],
  ["calendar-feeds", feeds],
  ["access", access],
  ["day-book", remains],
];

/** The steps of a merge that are still to be taken. Each finds nothing left to do where it was done before. */
export function stepsOf({ merge, isBack }: Moving): readonly [Step, Kind][] {
  const left = kinds.filter(([step]) => !merge.done.includes(step));
  return isBack ? left.toReversed() : left;
}

export async function take(moving: Moving, step: Step, { each, move, after }: Kind): Promise<void> {
  const things = moving.isBack ? eachNoted(moving, step) : eachOf(moving, step, each);
  for await (const thing of things) await tryAgain(() => move(moving, thing));
  await tryAgain(async () => after?.(moving));
}

async function* eachOf(moving: Moving, step: Step, each: Kind["each"]): AsyncGenerator<Thing> {
  for await (const name of each(moving)) yield thingOf(moving, step, name);
}
