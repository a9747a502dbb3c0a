import { writeFile } from "node:fs/promises";
import { arch, cpus } from "node:os";
import { parseArgs } from "node:util";
import { audit } from "./audit.ts";
import { contention } from "./contention.ts";
import { availabilityPace, bookingPace, readPace } from "./latency.ts";
import { load } from "./load.ts";
import { recordPace, summaryPace } from "./records.ts";
import type { Finding, Size, Verdict } from "./report.ts";
import { scale } from "./scale.ts";
import { agendaPace, anyPace, holdPace } from "./scheduling.ts";
import { sealing } from "./sealing.ts";
import { units } from "./units.ts";
import { startWorld, type World } from "./world.ts";

/* What `npm run bench` prints; docs/performance.md says how to read it. */

const inWorld: Record<string, (world: World, size: Size) => Promise<Finding>> = {
  booking: bookingPace,
  read: readPace,
  availability: availabilityPace,
  hold: holdPace,
  any: anyPace,
  agenda: agendaPace,
  record: recordPace,
  summary: summaryPace,
  audit,
  contention,
  units,
  scale,
};
const names = [...Object.keys(inWorld), "sealing", "load"];

const { values: options } = parseArgs({
  options: { only: { type: "string" }, quick: { type: "boolean" }, json: { type: "string" } },
});
if (options.only && !names.includes(options.only)) throw new Error(`--only takes one of ${names.join(", ")}`);
const wanted = options.only ? [options.only] : names;
const size: Size = options.quick
  ? { alone: 150, together: 256, crowds: 5, loads: 2 }
  : { alone: 600, together: 960, crowds: 40, loads: 9 };

console.info(`Node ${process.version} on ${cpus().length} cores (${arch()}), DynamoDB Local in memory`);
const findings = [
  ...(wanted.includes("sealing") ? [show(await sealing(size))] : []),
  ...(await measuredInWorld()),
  ...(wanted.includes("load") ? [show(await load(size))] : []),
];
const verdicts = findings.flatMap((finding) => finding.verdicts);
console.info(`\n${verdicts.map(said).join("\n")}`);
if (options.json) await writeFile(options.json, `${JSON.stringify(findings.map(({ text: _, ...each }) => each))}\n`);
if (verdicts.some(({ holds, isCorrectness }) => isCorrectness && !holds)) process.exitCode = 1;

/** The sections that need a backend, one after the other. */
async function measuredInWorld(): Promise<Finding[]> {
  const sections = Object.entries(inWorld).filter(([name]) => wanted.includes(name));
  if (sections.length === 0) return [];
  const world = await startWorld();
  try {
    const found: Finding[] = [];
    for (const [, section] of sections) found.push(show(await section(world, size)));
    return found;
  } finally {
    await world.stop();
  }
}

function show(finding: Finding): Finding {
  console.info(`\n${finding.title}\n\n${finding.text}`);
  return finding;
}

function said({ aim, seen, holds, isCorrectness }: Verdict): string {
  const word = holds ? "ok    " : isCorrectness ? "FAILED" : "MISSED";
  return `${word}  ${aim}: ${seen}`;
}
