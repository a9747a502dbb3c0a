import { eachRelation, givingBack, handingOver as handRelationOver } from "../access/hand-over-store.ts";
import { findFeed, handingOver as handFeedOver, ownAt } from "../calendar-feeds/store.ts";
import { handingOver as handDecisionOver, settle } from "../consents/hand-over-store.ts";
import { purposes } from "../consents/routes.ts";
import { consentAt } from "../consents/store.ts";
import { handingOver as handDocumentOver } from "../documents/hand-over-store.ts";
import { documentAt } from "../documents/store.ts";
import { eachRow } from "../kernel/clear.ts";
import { commitAll, type Write } from "../kernel/commit.ts";
import { ReadChanged } from "../kernel/try-again.ts";
import { findUsers, handingOver as handUserOver } from "../members/store.ts";
import { eachEntry, handingOver as handEntryOver, handingVersionsOver } from "../records/hand-over-store.ts";
import type { Moving, Thing } from "./journal-store.ts";

/* How a patient's data become another's: the record, its documents, what they agreed to, and who may see it all. */

export const records = {
  each: ({ from }: Moving) => eachEntry(from.clinic, from.patient),
  /** The latest version first: once it is gone, nobody adds to those before. On the way back the note is good until all are there. */
  async move(moving: Moving, { name, note }: Thing) {
    const writes = await handEntryOver(moving, name);
    if (writes.length > 0) await commitAll([...writes, ...(moving.isBack ? [] : [note()])]);
    for await (const version of handingVersionsOver(moving, name)) await commitAll(version);
    if (moving.isBack) await commitAll([note()]);
  },
};

export const documents = {
  async *each({ from: { clinic, patient } }: Moving) {
    for await (const { sk } of eachRow(documentAt(clinic, patient, ""))) yield sk;
  },
  async move(moving: Moving, thing: Thing) {
    return commitWith(moving, thing, await handDocumentOver(moving, thing.name));
  },
};

export const consents = {
  async *each({ from: { clinic, patient } }: Moving) {
    for await (const { sk } of eachRow(consentAt(clinic, patient, "research"), { from: "THEN#", to: "THEN#~" }))
      yield sk;
  },
  /** Two may have decided at one instant, so a decision is called there by whose it was besides. */
  async move(moving: Moving, thing: Thing) {
    const { from, isBack } = moving;
    const there = `${thing.name}#${from.patient}`;
    const writes = isBack
      ? await handDecisionOver(moving, thing.kept["there"] as string, thing.name)
      : await handDecisionOver(moving, thing.name, there);
    return commitWith(moving, thing, writes, { there });
  },
  async after({ from, to }: Moving) {
    for (const purpose of purposes)
      for (const { clinic, patient } of [from, to]) await settle(clinic, patient, purpose);
  },
};

export const feeds = {
  async *each({ from: { clinic, patient } }: Moving) {
    for await (const { sk } of eachRow(ownAt(clinic, patient, ""))) yield sk;
  },
  async move(moving: Moving, thing: Thing) {
    const { clinic, patient } = moving.from;
    const kept = await findFeed(clinic, thing.name);
    const isTheirs = kept?.feed.patient === patient;
    return commitWith(moving, thing, isTheirs ? handFeedOver(moving, kept) : []);
  },
};

/** What tells of a user who is the patient, among the relations. */
const user = "user#";

export const access = {
  async *each({ from: { clinic, patient } }: Moving) {
    yield* eachRelation(clinic, patient);
    for (const id of await findUsers(clinic, patient)) yield user + id;
  },
  async move(moving: Moving, thing: Thing) {
    const { now } = moving;
    const { name, kept, note } = thing;
    if (name.startsWith(user)) return commitWith(moving, thing, await handingUserOver(moving, name.slice(user.length)));
    if (kept["relation"])
      return commitAll([...givingBack(moving, name, kept["relation"] as Record<string, unknown>), note()]);
    const { writes, kept: relation } = await handRelationOver(moving, name, now);
    return commitWith(moving, thing, writes, { relation });
  },
};

async function handingUserOver({ from, to }: Moving, id: string): Promise<Write[]> {
  const isTheirs = (await findUsers(from.clinic, from.patient)).includes(id);
  return isTheirs ? handUserOver(from.clinic, id, [from.patient, to.patient], () => new ReadChanged()) : [];
}

/** Hands a thing over with its note; of one that is not there any more, the note alone is struck out. */
async function commitWith({ isBack }: Moving, { note }: Thing, writes: readonly Write[], kept = {}): Promise<void> {
  if (writes.length > 0 || isBack) await commitAll([...writes, note(kept)]);
}
