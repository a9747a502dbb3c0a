import document from "../../docs/openapi.json" with { type: "json" };
import { endpoint } from "../kernel/endpoint.ts";
import { openapi as route } from "./routes.ts";

export const handler = endpoint(route, async () => document);
