import { endpoint } from "../kernel/endpoint.ts";
import { csvOf } from "./csv.ts";
import { allOf } from "./exporting.ts";
import { exportCsv as route } from "./routes.ts";

export const handler = endpoint(route, async ({ query, caller }) => csvOf(await allOf(caller.clinic, query)));
