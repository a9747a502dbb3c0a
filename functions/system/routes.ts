import * as z from "zod/mini";
import { route } from "../kernel/route.ts";
import { text } from "../kernel/schema.ts";

export const health = route({
  method: "GET",
  path: "/v1/health",
  summary: "Whether the API answers and reaches its table",
  allow: "public",
  shows: [],
  rights: { GetItem: ["clinic"] },
  answer: { status: 200, schema: z.strictObject({ status: z.literal("ok") }) },
});

export const openapi = route({
  method: "GET",
  path: "/v1/openapi.json",
  summary: "This API's OpenAPI document",
  allow: "public",
  shows: [],
  rights: {},
  answer: { status: 200, schema: z.looseObject({ openapi: text(10) }) },
});

export const routes = { health, openapi };
