import { endpoint } from "../kernel/endpoint.ts";
import { read as route } from "./routes.ts";
import { findPolicy } from "./store.ts";

export const handler = endpoint(route, ({ caller }) => findPolicy(caller.clinic));
