import { commitAll, inTransactions, type Write } from "../kernel/commit.ts";
import { Refusal } from "../kernel/problem.ts";

/**
 * Writes what concerns one hold after another, many at once, and one by one where one of them is refused: its hold is no
 * longer there, or never was. Answers those that were refused.
 */
export async function commitEach<Group extends { writes: readonly Write[] }>(
  groups: readonly Group[],
): Promise<Group[]> {
  const refused: Group[] = [];
  for (const some of inTransactions(groups)) {
    if (await isDone(some.flatMap(({ writes }) => writes))) continue;
    for (const group of some) if (!(await isDone(group.writes))) refused.push(group);
  }
  return refused;
}

async function isDone(writes: readonly Write[]): Promise<boolean> {
  try {
    await commitAll(writes);
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === "hold-expired") return false;
    throw error;
  }
}
