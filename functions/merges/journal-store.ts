import { eachRow } from "../kernel/clear.ts";
import { put, remove, type Write } from "../kernel/commit.ts";
import { type Instant, toMs } from "../kernel/instant.ts";
import type { Keyring } from "../kernel/keyring.ts";
import type { Between } from "../kernel/patient-keys.ts";
import { type Key, keyOf } from "../kernel/table.ts";
import type { Merge, Step } from "./model.ts";

/*
 * What a merge has handed over is noted thing by thing, in the transaction that handed it over: a thing that is changed
 * later is written anew, and would lose a mark of its own. Undoing follows the notes and strikes them out.
 */

/** A merge on its way: whose things become whose, there or back. */
export interface Moving extends Between {
  keyring: Keyring;
  merge: Merge;
  isBack: boolean;
  now: Instant;
}

/** A thing to be handed over: its name, what was noted of it on the way there, and the write that notes it or strikes it out. */
export interface Thing {
  name: string;
  kept: Record<string, unknown>;
  note: (kept?: Record<string, unknown>) => Write;
}

/** How long after the merge its notes are kept, in days: undoing may begin on the thirtieth. */
const days = 60;

function notedAt({ merge, keyring }: Moving, name: string): Key {
  return keyOf("merge", [keyring.clinic, merge.id], name);
}

/** A thing on the way there. */
export function thingOf(moving: Moving, step: Step, name: string): Thing {
  const expires = Math.ceil(toMs(moving.merge.at) / 1000) + days * 86_400;
  return { name, kept: {}, note: (kept = {}) => put(notedAt(moving, `${step}#${name}`), { ...kept, expires }) };
}

/** The things of a step on the way back. */
export async function* eachNoted(moving: Moving, step: Step): AsyncGenerator<Thing> {
  for await (const { sk, pk: _, expires: __, ...kept } of eachRow(notedAt(moving, ""), {
    from: `${step}#`,
    to: `${step}#~`,
  }))
    yield { name: sk.slice(step.length + 1), kept, note: () => remove(notedAt(moving, sk)) };
}
