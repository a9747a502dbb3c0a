import { STATUS_CODES } from "node:http";
import type { NamedRoute } from "../functions/api.ts";
import { isOfNewThing } from "../functions/kernel/route.ts";
import { headerParametersOf, headersOf, keptHeaders } from "./openapi-headers.ts";
import { problemsOf } from "./openapi-problems.ts";
import type { ApiSchemas, JsonSchema } from "./openapi-schemas.ts";

/** A route as an OpenAPI operation, whose `operationId` is the route's name. */
export function operationOf(route: NamedRoute, schemas: ApiSchemas): Record<string, unknown> {
  const { params, query, body, answer } = schemas.routes[route.name] ?? {};
  const [tag] = route.name.split(".");
  return {
    operationId: route.name,
    tags: [tag],
    summary: route.summary,
    description: [route.description, accessOf(route)].filter(Boolean).join("\n\n"),
    ...(route.allow === "public" ? { security: [{}] } : {}),
    parameters: [...fieldsIn("path", params), ...fieldsIn("query", query), ...headerParametersOf(route)],
    ...(body ? { requestBody: { required: true, content: bodyOf(route, body) } } : {}),
    responses: {
      [route.answer.status]: answerOf(route, answer),
      ...(route.answer.cached ? { 304: { description: STATUS_CODES[304], headers: keptHeaders() } } : {}),
      ...problemsOf(route, schemas),
    },
  };
}

function accessOf({ allow, audit }: NamedRoute): string {
  const who = { public: "For anyone.", "signed-in": "For anyone signed in." };
  const allowed = typeof allow === "string" ? who[allow] : `For: ${allow.join(", ")}.`;
  return audit ? `${allowed} Audited as \`${audit}\`.` : allowed;
}

function fieldsIn(place: "path" | "query", schema: JsonSchema | undefined) {
  return Object.entries(schema?.properties ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: schema?.required?.includes(name) ?? false,
    schema: field,
  }));
}

function bodyOf({ method }: NamedRoute, schema: JsonSchema) {
  const types = method === "PATCH" ? ["application/merge-patch+json", "application/json"] : ["application/json"];
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function answerOf({ answer }: NamedRoute, schema: JsonSchema | undefined) {
  const own = [...(answer.versioned ? ["ETag" as const] : []), ...(isOfNewThing(answer) ? ["Location" as const] : [])];
  const content = schema && { [answer.media ?? "application/json"]: { schema } };
  const headers = answer.cached ? keptHeaders() : headersOf(...own);
  return { description: STATUS_CODES[answer.status], headers, ...(content ? { content } : {}) };
}
