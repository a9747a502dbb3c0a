import { env } from "../../functions/kernel/env.ts";
import { handlersOn } from "../../lib/local/handlers.ts";
import { startServer } from "../../lib/local/server.ts";

/*
 * A gateway and its handlers as a process of its own, so that a test can end it by `kill -9` in the middle of requests.
 * Where the tables, the keys and the users are is told by the environment; it says its port and ends with its parent.
 */

const tableNames = { clinic: env("CLINIC_TABLE"), keys: env("KEYS_TABLE"), audit: env("AUDIT_TABLE") };
const { url } = await startServer({ port: 0, origins: [], testClock: true, invoke: handlersOn(tableNames) });
console.log(new URL(url).port);
process.stdin.resume().on("end", () => process.exit());
