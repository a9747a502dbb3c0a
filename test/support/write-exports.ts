import { handler } from "../../functions/exports/write.ts";

/*
 * The worker of exports as a process of its own, so that a test can end it by `kill -9` in the middle of its work, and see
 * how much memory it took. Where the tables are, and as of when it works, is told by the environment.
 */

await handler({ time: process.env["WRITE_AT"] ?? "" });
process.stdout.write(String(process.resourceUsage().maxRSS));
