import { pause } from "../kernel/table.ts";
import { archive, sign } from "./archive-store.ts";
import type { Entry } from "./chain.ts";
import { clock, findHead, findPending, HeadMoved, keepSeal, link, type Pending, unlinkedOf } from "./seal-store.ts";

/** The most entries under one seal: DynamoDB takes a hundred writes at once, and the head is one of them. */
const most = 90;

/** How long a sealer contends for a head with others, in milliseconds. */
const patience = 20_000;

/** Links what is not linked yet, then seals and archives all that is not sealed, also what an earlier run left. */
export async function linkAndSeal(clinic: string, rows: readonly { entry: Entry; written: number }[]): Promise<void> {
  for (let from = 0; from < rows.length; from += most) {
    await contending(async () => {
      // The head first: what is linked after it was read makes the condition on it fail.
      const head = await findHead(clinic);
      await link(clinic, head, await unlinkedOf(clinic, rows.slice(from, from + most)));
    });
  }
  await sealPending(clinic);
}

/** Seals and archives what is linked and not yet sealed; gives how far the chain is sealed then. */
async function sealPending(clinic: string): Promise<{ seq: number; hash: string }> {
  return contending(async () => {
    for (;;) {
      const head = await findHead(clinic);
      if (head.pending.length === 0) return head;
      const { covered, until } = firstRun(await findPending(clinic, head, most));
      const last = covered.at(-1)?.link ?? head;
      const seal = await sign({ clinic, seq: last.seq, hash: last.hash, at: clock() });
      // Archived before it is kept: a seal in the table means that the copy is safe.
      await archive(seal, covered);
      await keepSeal(seal, head.pending.slice(0, until));
    }
  });
}

/**
 * The first links that follow each other without a gap, and where they end. Links that are gone, which their removal has
 * told of, are passed over: nobody can hold up the trail by deleting one.
 */
function firstRun(found: readonly (Pending | undefined)[]): { covered: Pending[]; until: number } {
  const from = found.findIndex(Boolean);
  if (from < 0) return { covered: [], until: found.length };
  const gap = found.findIndex((each, n) => n > from && !each);
  const until = gap < 0 ? found.length : gap;
  return { covered: found.slice(from, until).filter((each) => each !== undefined), until };
}

/** Seals a head that nothing was added to: whoever cuts off the tail must explain the seals that came after it. */
export async function beat(clinic: string): Promise<void> {
  const { seq, hash } = await sealPending(clinic);
  const seal = await sign({ clinic, seq, hash, at: clock() });
  await archive(seal, []);
  await keepSeal(seal, []);
}

async function contending<Result>(work: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + patience;
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof HeadMoved) || performance.now() > deadline) throw error;
      await pause(Math.random() * Math.min(500, 10 * 2 ** attempt));
    }
  }
}
