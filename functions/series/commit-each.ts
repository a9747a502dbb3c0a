import type { Seen } from "../appointments/day-book-store.ts";
import { tryInTurn } from "../appointments/try-in-turn.ts";
import { commitAll, inTransactions, type Write } from "../kernel/commit.ts";
import { Refusal } from "../kernel/problem.ts";

/** How the writes about a hold come about: from the hold, and from days that are read just before. */
interface Making<Held> {
  read: (some: readonly Held[]) => Promise<Seen>;
  writesOf: (one: Held, seen: Seen) => Write[];
}

/**
 * Writes what concerns one hold after another, many at once, and one by one where one of them is refused: its hold is no
 * longer there, or never was. Answers those that were refused.
 */
export async function commitEach<Held>(held: readonly Held[], { read, writesOf }: Making<Held>): Promise<Held[]> {
  const refused: Held[] = [];
  const save = (some: readonly Held[]) =>
    isSaved(async () => {
      const seen = await read(some);
      await commitAll(some.flatMap((one) => writesOf(one, seen)));
    });
  const groups = held.map((one) => ({ one, writes: writesOf(one, new Map()) }));
  for (const some of inTransactions(groups)) {
    if (await save(some.map(({ one }) => one))) continue;
    for (const { one } of some) if (!(await save([one]))) refused.push(one);
  }
  return refused;
}

async function isSaved(save: () => Promise<void>): Promise<boolean> {
  try {
    await tryInTurn(save);
    return true;
  } catch (error) {
    if (error instanceof Refusal && ["hold-expired", "slot-taken"].includes(error.code)) return false;
    throw error;
  }
}
