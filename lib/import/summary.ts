import type { Remark, Tally } from "./tally.ts";

const columns = ["found", "created", "already there", "refused", "failed"] as const;

/** An import in words: a table of counts, then what was refused and why. Holds no data of a person. */
export function summaryOf(tally: Tally): string {
  const sections = [
    countsOf(tally),
    section("Refused", tally.refusals),
    section("Failed", tally.failures),
    section("Left out of what was created", tally.omissions),
    untakenOf(tally),
    tally.stopped === undefined ? "" : `Stopped: ${tally.stopped}.\n`,
  ];
  return sections.filter(Boolean).join("\n");
}

function countsOf({ counts }: Tally): string {
  const rows = [...counts].map(([kind, count]) => [
    kind,
    count.found,
    count.created,
    count.existing,
    count.refused,
    count.failed,
  ]);
  const table = [["", ...columns], ...rows].map((row) => row.map(String));
  const widths = table.reduce(
    (widest, row) => row.map((cell, at) => Math.max(cell.length, widest[at] ?? 0)),
    [] as number[],
  );
  const line = (row: string[]) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join("  ");
  return `${table.map(line).join("\n")}\n`;
}

function section(title: string, remarks: ReadonlyMap<string, Remark>): string {
  const sorted = [...remarks.values()].sort((a, b) => b.count - a.count);
  const lines = sorted.map(
    ({ kind, reason, count, example }) => `  ${String(count).padStart(6)}  ${kind}: ${reason} (such as ${example})`,
  );
  return lines.length > 0 ? `${title}:\n${lines.join("\n")}\n` : "";
}

function untakenOf({ untaken }: Tally): string {
  const types = [...untaken].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => `${type} ${count}`);
  return types.length > 0 ? `Not imported yet: ${types.join(", ")}.\n` : "";
}
