import { endpoint } from "../kernel/endpoint.ts";
import { allOf } from "./exporting.ts";
import { exportNdjson as route } from "./routes.ts";

export const handler = endpoint(route, async ({ query, caller }) => {
  const entries = await allOf(caller.clinic, query);
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
});
