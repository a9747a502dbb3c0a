import { handler } from "../../functions/erasures/sweep.ts";

/*
 * The worker of erasures as a process of its own, so that a test can end it by `kill -9` in the middle of its work. Where
 * the tables are, and as of when it works, is told by the environment.
 */

await handler({ time: process.env["SWEEP_AT"] ?? "" });
