import { chanceFrom } from "../test/support/history-random.ts";
import { playRound } from "../test/support/history-run.ts";
import { openWorld } from "../test/support/history-world.ts";

/*
 * The history test for as long as one likes: SOAK_MINUTES (5 unless said), round after round, each with a scene of its
 * own. HISTORY_SEED repeats the choices of another run. Ends with 1 at the first round that leaves a fault.
 */

const minutes = Number(process.env["SOAK_MINUTES"] || 5);
const seed = Number(process.env["HISTORY_SEED"] || Math.floor(Math.random() * 2 ** 31));
const chance = chanceFrom(seed);
console.log(`HISTORY_SEED=${seed}, ${minutes} minutes`);
const world = await openWorld(chance);
const end = performance.now() + minutes * 60_000;
const total: Record<string, number> = {};
try {
  for (let round = 1; performance.now() < end && !process.exitCode; round++) {
    const seconds = Math.min(30, Math.max(5, (end - performance.now()) / 1000));
    const { faults, answered, unanswered, kills } = await playRound(world, chance, { seconds });
    for (const [name, count] of Object.entries(answered)) total[name] = (total[name] ?? 0) + count;
    const heard = Object.values(answered).reduce((sum, count) => sum + count, 0);
    console.log(`round ${round}: ${heard} answers, ${unanswered} unanswered, ${kills} kills, ${faults.length} faults`);
    for (const fault of faults) console.error(`  ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  }
  console.log("answers", total);
  console.log("faults met on the way to DynamoDB", world.weather.met);
} finally {
  await world.stop();
}
