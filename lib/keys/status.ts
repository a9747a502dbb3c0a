import { findKeyRows, type KeyRow } from "../../functions/kernel/keyring.ts";
import { count, named } from "./count.ts";
import { progressOf, stand } from "./rotation.ts";
import type { Kind } from "./work-store.ts";

/** What a kind of key is called, on the command line and in what is printed. */
export const words = { sealing: "SEAL", index: "INDEX" } as const satisfies Record<string, Kind>;

/** Per clinic, in lines for people: its keys, what each is used for and how many rows name it, and a rotation under way. */
export async function status(only?: string): Promise<string> {
  const counts = await count();
  const clinics = [...new Set([...counts.keys()].map((name) => name.split(" ")[0] as string))].sort();
  const asked = clinics.filter((clinic) => only === undefined || clinic === only);
  if (asked.length === 0) throw new Error(only ? `there is no clinic ${only}` : "there is no clinic");
  return (await Promise.all(asked.map((clinic) => statusOf(clinic, counts)))).join("\n\n");
}

async function statusOf(clinic: string, counts: Map<string, number>): Promise<string> {
  const rows = await findKeyRows(clinic);
  const lines = [clinic];
  for (const [word, kind] of Object.entries(words)) {
    const own = rows.filter((row) => row.kind === kind);
    for (const row of own) {
      const naming = counts.get(named(clinic, kind, row.number)) ?? 0;
      const since = row.createdAt ? `, made ${row.createdAt}` : "";
      lines.push(`  ${word} key ${row.number}: ${useOf(row, own, Date.now())}, ${naming} rows name it${since}`);
    }
    const { step, work } = await stand(clinic, kind);
    const until = "until" in step ? ` until ${new Date(step.until).toISOString()}` : "";
    const far = work && !("until" in step) ? `, ${progressOf(work)}, last at ${work.updatedAt}` : "";
    if (step.name !== "steady") lines.push(`  ${word} key, rotation: ${step.name}${until}${far}`);
  }
  return lines.join("\n");
}

function useOf({ kind, number, from, until }: KeyRow, all: readonly KeyRow[], now: number): string {
  if (from > now) return `in use from ${new Date(from).toISOString()}`;
  const isNewest = all.findLast((each) => each.from <= now)?.number === number;
  if (kind === "SEAL") return isNewest ? "seals and opens" : "opens";
  return until === undefined || until > now ? "written under and asked" : "asked";
}
