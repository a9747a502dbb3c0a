import { inject } from "vitest";
import { startServer } from "../../lib/local/server.ts";
import type { Counted } from "./request-count.ts";

/** The API once more, its handlers in this process, over the tables of the backend: so that their requests can be counted. */
export async function startInProcess(): Promise<{ url: string; close: () => Promise<void> }> {
  const { env, poolId, clientId } = inject("backend");
  const account = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local", LOG: "none" };
  Object.assign(process.env, env, account, { USER_POOL_ID: poolId, USER_POOL_CLIENT_ID: clientId, ORIGINS: "" });
  return startServer({
    port: 0,
    origins: [],
    invoke: async ({ handler: path }, event) => {
      const { handler } = await import(new URL(`../../functions/${path}.ts`, import.meta.url).href);
      return handler(event, { getRemainingTimeInMillis: () => 29_000 });
    },
  });
}

/** What one request asks of DynamoDB, by action. */
export async function askedBy(work: () => Promise<unknown>): Promise<Counted["requests"]> {
  const { counting } = await import("./request-count.ts");
  return (await counting(work)).requests;
}
