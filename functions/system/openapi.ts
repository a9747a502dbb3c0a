import document from "../../docs/openapi.json" with { type: "json" };
import { endpoint } from "../kernel/endpoint.ts";
import { routes } from "./routes.ts";

export const handler = endpoint(routes.openapi, async () => document);
