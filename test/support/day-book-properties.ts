import fc from "fast-check";
import { bookFaults } from "./checker-day-books.ts";
import { seenOf } from "./checker-seen.ts";
import { clinic, type Deed, deed, deeds, type PlainClinic } from "./day-book-clinics.ts";
import { carryOut, type Outcome, type Stage, setStage } from "./day-book-play.ts";
import type { Item } from "./history-world.ts";

/*
 * What is to hold of the day-books, whatever DynamoDB they lie in. A property throws where the code and the plain model
 * disagree, and where in the end a cell, a place or an entry of a day-book is not as the appointments and holds say.
 */

/** All that lies in the clinics' table. */
type Look = () => Promise<Item[]> | Item[];

/** Things done one after the other; their clocks go on, or lie a little behind. */
export function inTurn(look: Look) {
  return fc.asyncProperty(clinic, deeds, async (where, wanted) => {
    const stage = await setStage(where);
    for (const each of wanted) await finish(carryOut(stage, each));
    await mustAgree(stage, look);
  });
}

/** Some things done, then two or three at once: each reads and writes whenever it is its turn. */
export function atOnce(look: Look) {
  const before = fc.array(deed, { maxLength: 6 });
  const rivals = fc.array(deed, { minLength: 2, maxLength: 3 });
  const turns = fc.array(fc.nat({ max: 2 }), { minLength: 12, maxLength: 12 });
  return fc.asyncProperty(clinic, before, rivals, turns, async (where, wanted, racing, order) => {
    const stage = await setStage(where);
    for (const each of wanted) await finish(carryOut(stage, each));
    await interleave(
      racing.map((each) => carryOut(stage, each)),
      order,
    );
    await mustAgree(stage, look);
  });
}

/** Some join a group that is there, all at once: there is a place for each, and none reads more often than it must. */
export function joining(look: Look) {
  const group = fc.tuple(clinic, deed, fc.integer({ min: 2, max: 5 }));
  const draws = fc.array(fc.nat({ max: 999 }), { minLength: 4, maxLength: 4 });
  const turns = fc.array(fc.nat({ max: 3 }), { minLength: 16, maxLength: 16 });
  return fc.asyncProperty(
    group,
    fc.boolean(),
    draws,
    turns,
    async ([where, like, capacity], isSpread, drawn, order) => {
      const stage = await setStage(groupOf(where, like, capacity));
      const join = (patient: number, draw: number): Deed => ({
        ...like,
        kind: "book",
        patient,
        draw,
        after: 0,
        lag: 0,
      });
      await finish(carryOut(stage, join(0, 0)));
      const free = capacity - 1;
      const draw = (n: number) => (isSpread ? (n + 0.5) / free : (drawn[n] ?? 0) / 1000);
      const joiners = Array.from({ length: free }, (_, n) => carryOut(stage, join(n + 1, draw(n))));
      // Where each draws a place of its own, all read before any writes.
      const outcomes = await interleave(joiners, isSpread ? [...joiners.keys(), ...joiners.keys()] : order);
      if (outcomes.some(({ isDone }) => !isDone))
        throw new Error("somebody found no place, though there is one for each");
      const most = isSpread ? 1 : free;
      if (outcomes.some(({ reads }) => reads > most)) throw new Error(`somebody read more often than ${most} times`);
      await mustAgree(stage, look);
    },
  );
}

/** A clinic whose services are all of one group, without a limit a day. */
function groupOf({ services, ...where }: PlainClinic, like: Deed, capacity: number): PlainClinic {
  const [service] = services.slice(like.service % services.length);
  return { ...where, services: service ? [{ ...service, capacity, perDay: undefined }] : [] };
}

async function finish(doing: AsyncGenerator<void, Outcome>): Promise<Outcome> {
  for (;;) {
    const step = await doing.next();
    if (step.done) return step.value;
  }
}

/** One step of one of them after the other, as the numbers say; when they are used up, in turn to their ends. */
async function interleave(doings: readonly AsyncGenerator<void, Outcome>[], order: readonly number[]) {
  const outcomes: Outcome[] = [];
  const waiting = new Set(doings.keys());
  // The first step leads to where it wants to read.
  for (const doing of doings) await doing.next();
  for (let turn = 0; waiting.size > 0; turn++) {
    const next = [...waiting][(order[turn] ?? 0) % waiting.size] as number;
    const step = await (doings[next] as (typeof doings)[number]).next();
    if (!step.done) continue;
    outcomes.push(step.value);
    waiting.delete(next);
  }
  return outcomes;
}

async function mustAgree({ cast, model }: Stage, look: Look): Promise<void> {
  const faults = bookFaults(seenOf({ clinic: await look(), audit: [], scene: cast, end: model.latest() }));
  if (faults.length > 0) throw new Error(faults.join("\n"));
}
