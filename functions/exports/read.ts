import { endpoint } from "../kernel/endpoint.ts";
import { mustFindOwn } from "./own-store.ts";
import { read as route } from "./routes.ts";

export const handler = endpoint(route, async (ask) => (await mustFindOwn(route, ask)).found);
